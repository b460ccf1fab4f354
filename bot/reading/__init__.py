"""Reading facts out of Chinese as people type and dictate it: numbers, dates, money, people, places, firms, goods.

    written = spans.plain(text)          one width for letters and figures, same length as what was typed
    dates.find(written, today)           → [Span(start, end, said, value), …]

Each reader finds its own kind and says where it stands, so that the next does not read it again (`spans.blank`).
Knows nothing of intents, forms or records: bot/intents/visits.py and hazards.py put what is found together. What is
not said is None; nothing is guessed from what people usually mean.
"""
