"""The storefront in browsers: each visitor has a process, a folder and a cart of their own."""
