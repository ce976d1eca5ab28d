"""The pieces of the data page: handing files over, what was understood of them, one's data sets.

What is drawn here comes as values of `data.brought`; nothing of it is looked up or computed here.
"""
