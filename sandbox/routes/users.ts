/** Users. https://docs.gitlab.com/api/users/ */
import type { Api } from "../http/api";
import { notFound } from "../http/errors";
import { p } from "../http/params";
import { presentUserBasic, time } from "../present/common";

export function userRoutes(api: Api): void {
    const filters = { username: p.string(), search: p.string() };
    api.get("/users", { scopes: ["read_user"], params: filters }, (call) => {
        const { db, params } = call;
        const search = params.search?.toLowerCase();
        const users = db.users.all().filter((user) => {
            if (params.username && user.username.toLowerCase() !== params.username.toLowerCase()) return false;
            return !search || user.username.includes(search) || user.name.toLowerCase().includes(search);
        });
        return call.page([...users].reverse(), (user) => ({
            ...presentUserBasic(db, user),
            ...(call.admin ? { email: user.email } : {}),
        }));
    });

    const id = p.integer().required();
    api.get("/users/:id", { scopes: ["read_user"], params: { id } }, (call) => {
        const user = call.db.users.get(call.params.id);
        if (!user) throw notFound("User");
        return { ...presentUserBasic(call.db, user), created_at: time(user.createdAt), bot: user.bot };
    });
}
