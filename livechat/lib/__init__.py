"""Tools that know no table and no page."""
