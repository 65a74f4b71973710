"""The shop as lines, one question at a time: nothing moves, and no colour or place on the screen says anything."""
