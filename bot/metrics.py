"""What is counted for Prometheus. No label ever holds a person, a text or a place."""

from prometheus_client import Counter, Histogram

ANSWERED = Counter("niangjia_messages_total", "Messages answered", ["intent", "answered"])
FAULTS = Counter("niangjia_faults_total", "Turns that failed and ended in an apology")
SECONDS = Histogram(
    "niangjia_answer_seconds", "Time from message to reply", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 4, 10)
)
