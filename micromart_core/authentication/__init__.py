"""Who may sign in, with accounts kept in the shop itself."""
