"""The blind test: which one is human?"""
