"""The daemon: publishes and takes in events, ends carts whose hold is over, and sends the letters."""
