<?php
// Installs the blog into its empty database, with people and two categories. Prints JSON.
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => 'localhost', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1'];
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';

add_filter('pre_wp_mail', '__return_true');
wp_install('A blog on loopback', 'admin', 'admin@example.test', true, '', wp_generate_password());
global $wp_rewrite, $wp_version;
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
flush_rewrite_rules(false);
update_option('timezone_string', 'Europe/Berlin');
// Readers may comment at once, and as fast as a test does.
foreach (['comment_moderation', 'comment_previously_approved', 'require_name_email'] as $name) {
    update_option($name, 0);
}
wp_insert_category(['cat_name' => 'News']);
wp_insert_category(['cat_name' => 'Boots & paths']);

$people = ['version' => $wp_version];
$roles = ['author' => 'author', 'contributor' => 'contributor', 'reader' => 'subscriber'];
foreach ($roles as $login => $role) {
    $id = wp_create_user($login, wp_generate_password(), "$login@example.test");
    (new WP_User($id))->set_role($role);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'test']);
    $people[$login] = $password;
}
echo json_encode($people), "\n";
