-- What a front end, a daemon or a cron job may do in the shop's database: sell, and nothing to the tables themselves.
-- The role that owns the tables, or a superuser, runs this after the first `micromart db upgrade` and after every later
-- one: a table that it has not seen yet is closed. It may be run at any time; nobody is refused in between.
--
--     psql --host HOST --username OWNER --dbname micromart --set ON_ERROR_STOP=1 --file deploy/postgresql/roles.sql
--     createuser --host HOST --username OWNER --pwprompt -g micromart_front_end shop1
BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'micromart_front_end') THEN
        CREATE ROLE micromart_front_end NOLOGIN;
    END IF;
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, micromart_front_end', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO micromart_front_end', current_database());
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC, micromart_front_end;
GRANT USAGE ON SCHEMA public TO micromart_front_end;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, micromart_front_end;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, micromart_front_end;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO micromart_front_end;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO micromart_front_end;

-- Who did what, and why stock moved: read and added to. Their triggers refuse the rest to everybody, and only the owner
-- can take a trigger off.
REVOKE UPDATE, DELETE ON audit_trail, stock_movements FROM micromart_front_end;
-- The revision of the tables is the upgrade's to write. Which shop this is, and that it has had its first admin, is
-- written once.
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM micromart_front_end;
REVOKE UPDATE, DELETE ON shop_identity, first_admin FROM micromart_front_end;

COMMIT;
