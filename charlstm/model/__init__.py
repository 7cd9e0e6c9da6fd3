"""The model: the LSTM, the sampling engine, its noise, scoring, reading a text."""
