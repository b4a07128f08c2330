"""A long list: its entries grouped, narrowed, ordered, cut into pages. Which entries there are and what they say comes
from `reading`; which group a list has, a kind says, and how it is put together stands here."""
