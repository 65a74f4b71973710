"""Local accounts in the shop's own database: who is calling, signing in, recovering, and granting roles."""
