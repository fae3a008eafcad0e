-- The queue: the tables and functions that procrastinate 3.10.0 brings, in a schema of our own. They are read from the
-- installed package where its mark stands, and refused when they are not those with this hash: a newer version of the
-- package brings a new step here.
create schema jobs authorization llr_owner;
set local role llr_owner;
set local search_path = jobs, pg_catalog;
-- @procrastinate sha256:c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009
reset search_path;
