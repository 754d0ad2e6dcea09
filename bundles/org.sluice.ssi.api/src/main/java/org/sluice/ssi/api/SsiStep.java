package org.sluice.ssi.api;

/**
 * How an element goes on after it waited, see {@link SsiContext#await}.
 *
 * @param <T> what it waited for
 */
@FunctionalInterface
public interface SsiStep<T> {

  /**
   * Goes on, on a worker thread.
   *
   * @throws SsiException as {@link SsiElement#render}
   */
  void with(T result) throws SsiException;
}
