/// v1's operations; its three GETs that only describe webhooks are left out.
extension MeetingBaaS {
    func addV1(_ api: inout Routes) {
        addV1Calendars(&api)
        let bots = V1Bots(upstream: upstream)
        let list = V1BotList(upstream: upstream)
        let join = V1Join(upstream: upstream)
        let commands = V1BotCommands(bots: bots)
        v1(&api, "POST", "/bots") { try join.join($0, $1) }
        v1(&api, "GET", "/bots/meeting_data") { try bots.meetingData($0, $1) }
        v1(&api, "GET", "/bots/bots_with_metadata") { try list.list($0, $1) }
        v1(&api, "POST", "/bots/retranscribe") { try commands.retranscribe($0, $1) }
        v1(&api, "DELETE", "/bots/:uuid") { try commands.leave($0, $1) }
        v1(&api, "POST", "/bots/:uuid/delete_data") { try commands.deleteData($0, $1) }
        v1(&api, "GET", "/bots/:uuid/screenshots") { try commands.screenshots($0, $1) }
        let zoom = V1Zoom(upstream: upstream)
        v1(&api, "GET", "/zoom_oauth_connections") { try zoom.list($0, $1) }
        v1(&api, "POST", "/zoom_oauth_connections") { try zoom.create($0, $1) }
        v1(&api, "GET", "/zoom_oauth_connections/:uuid") { try zoom.get($0, $1) }
        v1(&api, "DELETE", "/zoom_oauth_connections/:uuid") { try zoom.delete($0, $1) }
    }

    private func addV1Calendars(_ api: inout Routes) {
        let calendars = V1Calendars(upstream: upstream)
        let events = V1Events(upstream: upstream)
        v1(&api, "POST", "/calendars/raw") { try calendars.raw($0, $1) }
        v1(&api, "POST", "/calendars/resync_all") { try calendars.resyncAll($0, $1) }
        v1(&api, "GET", "/calendars") { try calendars.list($0, $1) }
        v1(&api, "POST", "/calendars") { try calendars.create($0, $1) }
        v1(&api, "GET", "/calendars/:uuid") { try calendars.get($0, $1) }
        v1(&api, "PATCH", "/calendars/:uuid") { try calendars.update($0, $1) }
        v1(&api, "DELETE", "/calendars/:uuid") { try calendars.delete($0, $1) }
        v1(&api, "GET", "/calendar_events") { try events.list($0, $1) }
        v1(&api, "GET", "/calendar_events/:uuid") { try events.get($0, $1) }
        v1(&api, "POST", "/calendar_events/:uuid/bot") { try events.schedule($0, $1) }
        v1(&api, "PATCH", "/calendar_events/:uuid/bot") { try events.reschedule($0, $1) }
        v1(&api, "DELETE", "/calendar_events/:uuid/bot") { try events.unschedule($0, $1) }
    }
}
