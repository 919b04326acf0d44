import * as pulumi from "@pulumi/pulumi";
import { withFixedMessage } from "./user-error";

/** Loads a package that only some users need, or says what to install. `what` needs it: `placement.docker`. */
export function needPackage<T>(name: string, major: string, what: string, load: () => T): T {
    try {
        return load();
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== "MODULE_NOT_FOUND" || !message.includes(name)) throw error;
        throw withFixedMessage(
            new pulumi.RunError(
                `${what} needs the package ${name}, which is not installed. Run: npm install ${name}@${major}`,
            ),
        );
    }
}
