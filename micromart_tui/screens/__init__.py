"""The places of the storefront, one file each."""
