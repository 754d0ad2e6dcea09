"""The servers that are compared, each private to the run: own folder, own port on 127.0.0.1, foreground."""
import glob
import os

from kit import http
from kit.place import BENCH, REPOSITORY, TOOLS, Unfit, free_port, need, wait_until


class Server:
    """A started server: name, port, and the root of its process tree."""

    def __init__(self, place, name, port, process, probe="/"):
        self.name, self.port, self.process, self.pid = name, port, process, process.pid
        wait_until(lambda: http.status(port, probe) or process.poll() is not None, 60, f"{name} answers")
        if process.poll() is not None:
            raise Unfit(f"{name} does not start (status {process.returncode}): {place.log(name)}")


def workers(place):
    """The receivers of the hand-offs, by name."""
    started = {}
    for name, mode in (("worker", "body"), ("hold", "hold"), ("raw", "full")):
        path = place.join("sock", name + ".sock")
        started[name] = place.start(name, [f"{TOOLS}/worker", mode, path, "1024"])
        wait_until(lambda: os.path.exists(path), 5, f"{path} exists")
    for name, size in (("lease", "1024"), ("lease-large", str(1 << 20))):
        path = place.join("sock", name + ".sock")
        started[name] = place.start(name, [f"{TOOLS}/lease", path, size])
        wait_until(lambda: os.path.exists(path), 5, f"{path} exists")
    return started


def backend(place):
    """Port of the HTTP backend that the proxies ask; started when first asked for."""
    if not hasattr(place, "backend_port"):
        place.backend_port = free_port()
        place.start("backend", [f"{TOOLS}/backend", str(place.backend_port), "1024"])
        wait_until(lambda: http.status(place.backend_port, "/"), 5, "the backend answers")
    return place.backend_port


def large_backend(place):
    """The same with 1 MiB."""
    if not hasattr(place, "large_port"):
        place.large_port = free_port()
        place.start("large-backend", [f"{TOOLS}/backend", str(place.large_port), str(1 << 20)])
        wait_until(lambda: http.status(place.large_port, "/"), 5, "the large backend answers")
    return place.large_port


def front(place, command=None, dist=None):
    """The front, by bench/serve or by another command that serves the same paths."""
    port = free_port()
    environment = {"BENCH_DIR": place.path, "BENCH_PORT": str(port), "BENCH_BACKEND": str(backend(place)),
                   "BENCH_LOG": "on" if place.access_logs else "off"}
    if dist:
        environment["BENCH_DIST"] = dist
    name = "Sluice"
    process = place.start(name, command or [os.path.join(BENCH, "serve")], **environment)
    return Server(place, name, port, process, "/fixed")


HTTPD_LOG = '''\
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog "{folder}/access.log" combined'''

HTTPD = """\
ServerRoot "{root}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{folder}/httpd.pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/error.log"
{log}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule include_module {modules}/mod_include.so
LoadModule mime_module {modules}/mod_mime.so
TypesConfig /dev/null
AddType text/html .shtml .html
AddOutputFilter INCLUDES .shtml
LoadModule proxy_fdpass_module {modules}/mod_proxy_fdpass.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule cgid_module {modules}/mod_cgid.so
ScriptSock "{folder}/cgid.sock"
LoadModule proxy_http_module {modules}/mod_proxy_http.so
{user}
ListenBacklog 4096
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 120
# Room for 10,000 idle connections.
ServerLimit 4
StartServers 2
ThreadLimit 64
ThreadsPerChild 64
MaxRequestWorkers 256
MinSpareThreads 64
MaxSpareThreads 256
AsyncRequestWorkerFactor 100
DocumentRoot "{root}/htdocs"
<Directory "{root}/htdocs">
    Require all granted
    Options +Includes
</Directory>
ScriptAlias "/cgi-bin/" "{root}/cgi-bin/"
<Directory "{root}/cgi-bin">
    Require all granted
</Directory>
# Relative to ServerRoot: an absolute path is refused.
ProxyPass "/fd/" "fd://sock/worker.sock"
ProxyPass "/fd-hold/" "fd://sock/hold.sock"
ProxyPass "/http/" "http://127.0.0.1:{backend}/"
ProxyPass "/http-large/" "http://127.0.0.1:{large}/"
"""


def httpd_command(place, name):
    """(command, port) of an Apache httpd with mod_proxy_fdpass."""
    port, folder = free_port(), place.join(name)
    os.mkdir(folder)
    modules = glob.glob("/usr/lib/apache2/modules") + glob.glob("/usr/lib*/httpd/modules")
    if not modules:
        raise Unfit("no modules of httpd: package apache2")
    conf = os.path.join(folder, "httpd.conf")
    with open(conf, "w") as file:
        file.write(HTTPD.format(folder=folder, root=place.path, port=port, modules=modules[0], backend=backend(place),
                                large=large_backend(place),
                                log=HTTPD_LOG.format(folder=folder) if place.access_logs else "",
                                user="User www-data\nGroup www-data" if os.getuid() == 0 else ""))
    return [need("apache2"), "-f", conf, "-DFOREGROUND"], port


def httpd(place, name="httpd"):
    """A running httpd."""
    command, port = httpd_command(place, name)
    return Server(place, name, port, place.start(name, command), "/small.txt")


NGINX = """\
{user}
worker_processes auto;
worker_rlimit_nofile 20000;
daemon off;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 12000; }}
http {{
    access_log {log};
    sendfile on;
    keepalive_requests 1000000000;
    keepalive_timeout 120;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    upstream app {{ server 127.0.0.1:{backend}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root "{root}/htdocs";
        location = /fixed {{ return 200 "{fixed}"; }}
        location /http/ {{ proxy_pass http://app/; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
}}
"""


def nginx(place, name):
    """nginx, as an anchor for answers without a hand-off."""
    port, folder = free_port(), place.join(name)
    os.mkdir(folder)
    conf = os.path.join(folder, "nginx.conf")
    with open(conf, "w") as file:
        file.write(NGINX.format(root=place.path, port=port, fixed="s" * 1024, backend=backend(place),
                                log="access.log" if place.access_logs else "off",
                                user="user www-data;" if os.getuid() == 0 else ""))
    process = place.start(name, [need("nginx"), "-p", folder, "-c", conf, "-e", os.path.join(folder, "error.log")])
    return Server(place, name, port, process, "/fixed")


def netty(place, name, dist):
    """The yardstick: Netty's own HTTP codec and a fixed answer, of the same version, with the front's JVM options."""
    target = os.path.join(REPOSITORY, "bench", "netty", "target")
    classes = os.path.join(target, "classes")
    libraries = glob.glob(os.path.join(target, "lib", "netty-*.jar"))
    if not os.path.isdir(classes) or not libraries:
        raise Unfit(f"no classes in {classes}, or no jars in {target}/lib; build them: mvn -DskipTests package")
    port = free_port()
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else need("java")
    command = [java, f"@{dist}/etc/jvm.options", "-XX:-UsePerfData", "-cp", ":".join([classes] + libraries)]
    return Server(place, name, port, place.start(name, command + ["org.sluice.bench.netty.BareNetty", str(port)]))


def calls(place, name):
    """The yardstick of hand-offs: the system calls of an acknowledged one and nothing else."""
    port = free_port()
    process = place.start(name, [f"{TOOLS}/calls", str(port), place.join("sock", "worker.sock")])
    return Server(place, name, port, process)
