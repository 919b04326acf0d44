import { MemoryEngine } from "./memory-engine";
import { type Plugin, startPlugin } from "./plugin";

interface PluginWithEngine {
    engine: MemoryEngine;
    plugin: Plugin;
}

/** Gives `use` a plugin of our own package with a Docker engine in memory, new for each test. */
export function pluginWithEngine(use: (made: PluginWithEngine) => void): void {
    let made: PluginWithEngine;
    beforeEach(async () => {
        const engine = new MemoryEngine();
        made = { engine, plugin: await startPlugin("gitlab-fleet", {}, {}, {}, () => engine) };
        use(made);
    });
    afterEach(async () => {
        await made.plugin.close();
        made.engine.close();
    });
}
