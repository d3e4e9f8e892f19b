"""What the commands that help to decide show: tables, files and plots."""
