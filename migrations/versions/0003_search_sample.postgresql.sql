CREATE INDEX products_words_sample ON products USING gin ((to_tsvector('simple'::regconfig, name_key || ' ' || category_key || ' ' || words))) WHERE mod(id, 16) = 0;
