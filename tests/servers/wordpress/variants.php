<?php
// A must-use plugin: the same blog as it would be with another setting. Nothing of it is stored, since
// the blog's own server reads the same database.
if (getenv('BLOG_PLAIN')) {
    foreach (['pre_option_permalink_structure', 'pre_option_rewrite_rules',
        'pre_update_option_rewrite_rules'] as $name) {
        add_filter($name, '__return_empty_string');
    }
}
