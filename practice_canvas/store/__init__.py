"""The practice Canvas's database: all SQL lives here."""
