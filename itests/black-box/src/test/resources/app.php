<?php
// Authenticates, reads the whole request body, and names who is to stream: ?to=NAME, or ?socket for a path.
if (($_SERVER['PHP_AUTH_USER'] ?? '') !== 'ann' || $_SERVER['PHP_AUTH_PW'] !== 'secret') {
    http_response_code(401);
    header('WWW-Authenticate: Basic realm="app"');
    echo "who are you?\n";
    return;
}
$body = file_get_contents('php://input');
header('X-App: php');
header('X-Handoff-Data: ' . json_encode(['user' => 'ann', 'bytes' => strlen($body), 'crc' => hash('crc32b', $body)]));
if (isset($_GET['to'])) {
    header('Sluice-Handoff: ' . $_GET['to']);
}
if (isset($_GET['socket'])) {
    header('X-Socket-Handoff: ' . getenv('STREAMER'));
}
if (isset($_GET['twice'])) {
    header('Sluice-Handoff: sluice', false);
}
echo "the client never sees this\n";
