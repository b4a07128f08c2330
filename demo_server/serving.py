"""How gunicorn serves the demo server: one process, because its state is in its memory, and many threads."""

worker_class = "gthread"
workers = 1
threads = 64
timeout = 120  # longer than the slowest trouble that can be switched on
graceful_timeout = 2  # a hanging answer is no reason to keep a demonstration from ending
keepalive = 5
limit_request_line = 8190
control_socket_disable = True
accesslog = None
loglevel = "warning"
