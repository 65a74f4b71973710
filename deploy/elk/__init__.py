"""What an owner sees of the log in Kibana: `python -m deploy.elk` writes the dashboards."""
