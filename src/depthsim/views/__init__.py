"""What people look at: pictures of processes, charts and reports. A view draws what was read, and decides nothing."""
