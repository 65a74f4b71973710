"""People and scripts that sign in at an OpenID issuer: what it says, what its tokens prove, how one is asked for."""
