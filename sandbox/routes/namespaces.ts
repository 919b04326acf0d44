/** Namespaces of groups and users. https://docs.gitlab.com/api/namespaces/ */
import { canReadGroup } from "../access";
import type { Api } from "../http/api";
import { notFound } from "../http/errors";
import { presentNamespaceOf, userOfNamespace } from "../present/common";

export function namespaceRoutes(api: Api): void {
    api.get("/namespaces/:id", {}, (call) => {
        const { db, identity } = call;
        const name = call.path("id");
        const isId = /^\d+$/.test(name);
        const group = isId ? db.groups.get(Number(name)) : db.groups.first("path", name.toLowerCase());
        if (group && canReadGroup(db, identity, group)) return presentNamespaceOf(db, group);
        const user = isId ? userOfNamespace(db, Number(name)) : db.users.first("username", name.toLowerCase());
        // Only users themselves and administrators may read users' namespaces.
        if (!user || (user.id !== call.user.id && !call.admin)) throw notFound("Namespace");
        return presentNamespaceOf(db, user);
    });
}
