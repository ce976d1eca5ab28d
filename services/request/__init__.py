"""The request that is answered: whose it is, and how it is turned down."""
