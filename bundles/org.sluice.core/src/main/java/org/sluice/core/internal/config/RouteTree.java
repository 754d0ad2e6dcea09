package org.sluice.core.internal.config;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.MatchResult;
import org.sluice.core.internal.config.rules.PathPattern;

/**
 * Routes of one site as a tree of path segments. A search walks down as far as the path goes and
 * then up to the first level whose routes take it; it compares characters in place and allocates
 * nothing. Immutable after construction.
 */
final class RouteTree {

  /** One segment below its parent; carries the routes of {@code /a/b} and of {@code /a/b/}. */
  private static final class Node {
    private final Node parent;
    private final String segment;
    private final int pathLength;
    private Node[] buckets = new Node[4];
    private Node next;
    private int children;
    private RouteNode[] exact;
    private RouteNode[] below;

    Node(Node parent, String segment) {
      this.parent = parent;
      this.segment = segment;
      this.pathLength = parent == null ? 0 : parent.pathLength + 1 + segment.length();
    }

    Node child(String path, int start, int end) {
      int hash = hash(path, start, end);
      for (Node n = buckets[hash & (buckets.length - 1)]; n != null; n = n.next) {
        if (n.segment.length() == end - start && path.startsWith(n.segment, start)) {
          return n;
        }
      }
      return null;
    }

    Node make(String path, int start, int end) {
      Node child = child(path, start, end);
      if (child == null) {
        child = new Node(this, path.substring(start, end));
        if (++children > buckets.length) {
          grow();
        }
        link(child);
      }
      return child;
    }

    private void grow() {
      Node[] old = buckets;
      buckets = new Node[old.length * 2];
      for (Node bucket : old) {
        for (Node n = bucket; n != null; ) {
          Node following = n.next;
          link(n);
          n = following;
        }
      }
    }

    private void link(Node child) {
      int index = hash(child.segment, 0, child.segment.length()) & (buckets.length - 1);
      child.next = buckets[index];
      buckets[index] = child;
    }

    private static int hash(String text, int start, int end) {
      int hash = 0;
      for (int i = start; i < end; i++) {
        hash = 31 * hash + text.charAt(i);
      }
      return hash ^ (hash >>> 15);
    }
  }

  private final Node root = new Node(null, "");
  private final List<RouteNode> routes;

  /** A tree of the routes of each path, in the order of trial. */
  RouteTree(SortedMap<String, List<RouteNode>> byPath) {
    List<RouteNode> all = new ArrayList<>();
    byPath.forEach(
        (path, group) -> {
          all.addAll(group);
          put(path, group.toArray(new RouteNode[0]));
        });
    routes = List.copyOf(all);
  }

  private void put(String path, RouteNode[] group) {
    boolean slash = path.endsWith("/");
    int length = slash ? path.length() - 1 : path.length();
    Node node = root;
    for (int start = 1; start <= length; ) {
      int end = path.indexOf('/', start);
      end = end < 0 || end > length ? length : end;
      node = node.make(path, start, end);
      start = end + 1;
    }
    if (slash) {
      node.below = group;
    } else {
      node.exact = group;
    }
  }

  List<RouteNode> routes() {
    return routes;
  }

  RouteMatch match(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return null;
    }
    for (Node node = deepest(path); node != null; node = node.parent) {
      boolean goesOn = path.length() > node.pathLength;
      RouteMatch match = goesOn ? first(node.below, path) : null;
      match = match != null ? match : first(node.exact, path);
      if (match != null) {
        return match;
      }
    }
    return null;
  }

  private Node deepest(String path) {
    Node node = root;
    for (int start = 1; start <= path.length(); ) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      Node child = node.child(path, start, end);
      if (child == null) {
        return node;
      }
      node = child;
      start = end + 1;
    }
    return node;
  }

  private static RouteMatch first(RouteNode[] group, String path) {
    if (group == null) {
      return null;
    }
    for (RouteNode route : group) {
      PathPattern pattern = route.regex();
      if (pattern == null) {
        return new RouteMatch(route, path, null);
      }
      try {
        MatchResult found = pattern.find(path);
        if (found != null) {
          return new RouteMatch(route, path, found);
        }
      } catch (PathPattern.TooCostlyException e) {
        return new RouteMatch(route.tooCostly(), path, null);
      }
    }
    return null;
  }
}
