\set at :at + 1
\set buyer 1 + :client_id * :share + :at
SELECT place_order('user-' || :buyer);
