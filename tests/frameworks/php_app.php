<?php
// PHP's own sessions: `VARIANT=… php -d session.save_path=FOLDER -S 127.0.0.1:PORT php_app.php`
//   defaults  PHP as it comes: takes any id; the id is kept through login; logout only asks the browser to forget it
//   lenient   takes any id, but login makes a new one and drops the old session
//   kept      a new id at login, but the old session lives on, logged in: session_regenerate_id() after the fact
//   strict    only ids that PHP made, a new one at login, the session destroyed at logout
$variant = getenv('VARIANT');
if ($variant === 'strict') {
    ini_set('session.use_strict_mode', '1');
    ini_set('session.cookie_httponly', '1');
    ini_set('session.cookie_samesite', 'Lax');
}
session_start();

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
switch ($_SERVER['REQUEST_METHOD'] . ' ' . $path) {
    case 'GET /':
        echo '<p>Everybody may read this.';
        break;
    case 'GET /login':
        echo '<form method=post><input name=username><input name=password type=password></form>';
        break;
    case 'POST /login':
        if (($_POST['username'] ?? '') !== 'alice' || ($_POST['password'] ?? '') !== 'correct horse') {
            http_response_code(401);
            echo 'Wrong name or password';
            break;
        }
        if ($variant === 'strict' || $variant === 'lenient') {
            session_regenerate_id(true);
        }
        $_SESSION['user'] = 'alice';
        if ($variant === 'kept') {
            session_regenerate_id();
        }
        header('Location: /account', true, 303);
        break;
    case 'GET /account':
        if (!isset($_SESSION['user'])) {
            header('Location: /login', true, 303);
            break;
        }
        echo '<p>Account of ', htmlspecialchars($_SESSION['user']);
        break;
    case 'POST /logout':
        if ($variant !== 'defaults') {
            $_SESSION = [];
            session_destroy();
        }
        setcookie(session_name(), '', ['expires' => 1, 'path' => '/']);
        header('Location: /', true, 303);
        break;
    default:
        http_response_code(404);
}
