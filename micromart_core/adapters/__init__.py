"""The servers, files and libraries that the ports are fulfilled with."""
