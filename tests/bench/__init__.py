"""What `make bench` runs: our whole turn beside raw Rasa, on one machine in one run. See docs/performance.md."""
