"""What people bring: drafts, blobs, the worker that reads files, the data sets they become."""
