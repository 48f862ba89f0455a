<?php
// A must-use plugin: readers of a test comment faster than people do.
add_filter('comment_flood_filter', '__return_false', 99);
