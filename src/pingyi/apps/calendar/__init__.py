"""Working days: the pages where the calendar of holidays and 调休 is seen and kept."""
