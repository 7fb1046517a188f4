/// v2's operations.
extension MeetingBaaS {
    func addV2(_ api: inout Routes) {
        addV2Calendars(&api)
        // Before `/v2/bots/:bot_id`, which would match `scheduled`.
        addV2Scheduled(&api)
        addV2Bots(&api)
        let zoom = V2Zoom(upstream: upstream)
        v2(&api, "GET", "/v2/zoom-credentials") { try zoom.list($0, $1, $2) }
        v2(&api, "POST", "/v2/zoom-credentials") { try zoom.create($0, $1, $2) }
        v2(&api, "GET", "/v2/zoom-credentials/:id") { try zoom.get($0, $1, $2) }
        v2(&api, "PATCH", "/v2/zoom-credentials/:id") { try zoom.update($0, $1, $2) }
        v2(&api, "DELETE", "/v2/zoom-credentials/:id") { try zoom.delete($0, $1, $2) }
    }

    private func addV2Calendars(_ api: inout Routes) {
        let calendars = V2Calendars(upstream: upstream)
        let events = V2Events(calendars: calendars)
        let bots = V2EventBots(calendars: calendars)
        v2(&api, "POST", "/v2/calendars/list-raw") { try calendars.listRaw($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars") { try calendars.create($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars") { try calendars.list($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id") { try calendars.get($0, $1, $2) }
        v2(&api, "PATCH", "/v2/calendars/:calendar_id") { try calendars.update($0, $1, $2) }
        v2(&api, "DELETE", "/v2/calendars/:calendar_id") { try calendars.delete($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/sync") { try calendars.sync($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/resubscribe") { try calendars.resubscribe($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/events") { try events.list($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/series") { try events.series($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/events/:event_id") { try events.get($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/bots") { try bots.schedule($0, $1, $2) }
        v2(&api, "PATCH", "/v2/calendars/:calendar_id/bots") { try bots.change($0, $1, $2) }
        v2(&api, "DELETE", "/v2/calendars/:calendar_id/bots") { try bots.cancel($0, $1, $2) }
    }

    private func addV2Scheduled(_ api: inout Routes) {
        let maker = V2BotMaker(upstream: upstream)
        let scheduled = V2Scheduled(upstream: upstream)
        v2(&api, "GET", "/v2/bots/scheduled") { try scheduled.list($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/scheduled") { try maker.schedule($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/scheduled/batch") { try maker.scheduleBatch($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/scheduled/:bot_id") { try scheduled.get($0, $1, $2) }
        v2(&api, "PATCH", "/v2/bots/scheduled/:bot_id") { try scheduled.update($0, $1, $2) }
        v2(&api, "DELETE", "/v2/bots/scheduled/:bot_id") { try scheduled.cancel($0, $1, $2) }
    }

    private func addV2Bots(_ api: inout Routes) {
        let bots = V2Bots(upstream: upstream)
        let list = V2BotList(upstream: upstream)
        let maker = V2BotMaker(upstream: upstream)
        let commands = V2BotCommands(bots: bots)
        let again = V2BotMessages(bots: bots)
        v2(&api, "GET", "/v2/bots") { try list.list($0, $1, $2) }
        v2(&api, "POST", "/v2/bots") { try maker.create($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/batch") { try maker.createBatch($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/:bot_id") { try bots.get($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/:bot_id/status") { try bots.status($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/:bot_id/screenshots") { try bots.screenshots($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/leave") { try commands.leave($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/send-chat-message") { try commands.chat($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/pause-recording") { try commands.pause($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/resume-recording") { try commands.resume($0, $1, $2) }
        v2(&api, "DELETE", "/v2/bots/:bot_id/delete-data") { try commands.deleteData($0, $1, $2) }
        v2(&api, "PATCH", "/v2/bots/:bot_id/update-config") { try commands.updateConfig($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/resend-webhook") { try again.resendWebhook($0, $1, $2) }
        v2(&api, "POST", "/v2/bots/:bot_id/retry-callback") { try again.retryCallback($0, $1, $2) }
    }
}
