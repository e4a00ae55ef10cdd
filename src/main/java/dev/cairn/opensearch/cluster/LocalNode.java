/* SPDX-License-Identifier: Apache-2.0 */

package dev.cairn.opensearch.cluster;

import dev.cairn.opensearch.CairnPlugin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One node in a JVM of its own, everything from the class path. Each argument is a setting, {@code
 * name=value}; it runs until it is killed.
 */
final class LocalNode extends Node {
  private LocalNode(Environment environment) {
    super(environment, List.of(plugin(CairnPlugin.class), plugin(Netty4ModulePlugin.class)), true);
  }

  private static PluginInfo plugin(Class<? extends Plugin> type) {
    return new PluginInfo(
        type.getName(),
        "on the class path",
        "any",
        Version.CURRENT,
        "25",
        type.getName(),
        null,
        List.of(),
        false);
  }

  /** Starts the node. */
  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), null, () -> "local");
    try (LocalNode node = new LocalNode(environment)) {
      node.start();
      new CountDownLatch(1).await();
    }
  }
}
