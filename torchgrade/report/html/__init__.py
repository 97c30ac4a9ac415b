"""Pages for students and instructors, each one HTML file that needs nothing else.

What they show comes from submissions in large part. `escape` and `markup` make it harmless,
templates escape whatever these have not made, and a policy in each page (`document`) keeps scripts
other than the page's own from running, and anything from being loaded. `fragment` is for notebooks,
and needs none of the libraries that pages do.
"""
