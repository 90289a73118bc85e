"""Airflow on this machine alone: started for a batch run or for its UI, spoken to over HTTP, stopped whole."""
