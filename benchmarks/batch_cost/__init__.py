"""What grading a class costs here and elsewhere: the parts of `benchmarks.batch`."""
