<?php
// A blog on loopback that lives as long as a test run. Ports come from the environment.
define('DB_HOST', '127.0.0.1:' . getenv('BLOG_DB_PORT'));
define('DB_NAME', 'blog');
define('DB_USER', 'blog');
define('DB_PASSWORD', 'blog');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');

foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $kind) {
    define("{$kind}_KEY", "loopback $kind key");
    define("{$kind}_SALT", "loopback $kind salt");
}

define('WP_HOME', 'http://localhost:' . getenv('BLOG_PORT'));
define('WP_SITEURL', WP_HOME);
// Application passwords over plain http.
define('WP_ENVIRONMENT_TYPE', 'local');
// Nothing is asked of, or fetched from, the outside.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_FILE_MODS', true);
define('DISABLE_WP_CRON', true);
define('FS_METHOD', 'direct');
getenv('BLOG_NO_TRASH') && define('EMPTY_TRASH_DAYS', 0);

$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
