"""The sandboxed reader: turns files nobody vouches for into rows of text, in a process of its own.

Run as `python -m pipelines.ingest.reader`, with the path of a JOB.json per line of standard input. A job names the
files, the format and the limits. It leaves `text.arrows` (see `rows`) and `reading.json` (headers, row counts, error).
A crash, a memory limit or a time limit ends the process of that job and nothing else.
"""
