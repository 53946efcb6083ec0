"""Measurements that a person runs: accuracy, speed."""
