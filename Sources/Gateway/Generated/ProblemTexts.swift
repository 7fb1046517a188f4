// swift-format-ignore-file
/// Made by `make contract` from the Markdown files of Docs/Problems; a test compares them.
enum ProblemTexts {
    static let introduction = ##"""
        <p>The code is the end of <code>type</code>, and the reply's <code>Link</code> header leads to its page. \##
        <code>action</code> says who must act, <code>detail</code>
        what is wrong with this very request, and <code>instance</code> ends in the request's id, which finds it in \##
        the gateway's log.
        <a href="/docs#errors">How errors look</a></p>

        """##

    static let accountMismatch = ##"""
        <p>A reconnect renews a connection for the account that it was made for, and the user chose another one. The
        connection is as it was, and the ticket is used up.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The user has several Google or Microsoft accounts, and the browser was signed in with another one.</li>
        <li>The user wants to move to another account.</li>
        <li>With <code>action: operator</code>: the provider answered the refresh of a token with another account's \##
        identity. The
        token is kept as it was. A proxy before the provider may mix up answers; else it is the provider's \##
        fault.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Which account is it? <code>account.email</code><figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -s &quot;$GATEWAY/api/v1/connections/$CONNECTION&quot; -H &quot;Authorization: \##
        Bearer $KEY&quot;</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Show the address to the user, and start the reconnect again; the provider gets it as a hint.</li>
        <li>For another account, make another connection with <a href="/docs#createConnection"><code>POST \##
        /api/v1/connections</code></a>, connect its calendar, and
        delete the former one.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The user (<code>action: user</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p><code>complete</code> with this ticket: no. Start again with <a \##
        href="/docs#reconnectConnection"><code>POST /api/v1/connections/{id}/reconnect</code></a>.</p>

        """##

    static let calendarAlreadyConnected = ##"""
        <p>A calendar of a provider is connected once for each Meeting BaaS account, and this one is: by another \##
        user,
        by another tenant that shares the account, or past this gateway. Whose it is, is not said. Nothing was
        changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>A shared calendar (a team's, a room's), which a colleague has connected.</li>
        <li>The same person under two <code>user_id</code>s of yours, for instance after a change of your user \##
        ids.</li>
        <li>It was connected at Meeting BaaS directly, before the gateway was in use.</li>
        <li>Another tenant of the shared Meeting BaaS account has it.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Does one of your users have it? Look for its <code>raw_calendar_id</code>:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/calendars?limit=100&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        <li>The operator looks at Meeting BaaS's list of calendars, for one that the gateway did not make.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Let the calendar be recorded where it is, and show its meetings to both users on your side.</li>
        <li>To move it: <a href="/docs#deleteCalendar"><code>DELETE /api/v1/calendars/{id}</code></a> as the user \##
        who has it, then <a href="/docs#createCalendar"><code>POST /api/v1/calendars</code></a> as the
        other.</li>
        <li>For tenants who must not meet each other: give each its own Meeting BaaS account.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The user (<code>action: user</code>), who connects another calendar, or asks the colleague.</p>

        <h2 id="again">May I send it again?</h2>
        <p>When the other has disconnected it. Nothing was done.</p>

        """##

    static let conflict = ##"""
        <p>The present state does not allow it; <code>detail</code> says which. Many of these end by themselves: \##
        then <code>action</code> is
        <code>wait</code>, often with <code>retry_after</code>. This request changed nothing.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>Something is under way: the calendar is still being made or disconnected, the connection is being \##
        deleted,
        the tenant too, the account is being revoked at Google.</li>
        <li>The same thing twice at once: a ticket that another request completes, a connection that another request
        changed, an <code>Idempotency-Key</code> whose first request still runs.</li>
        <li>The first request with this <code>Idempotency-Key</code> reached Meeting BaaS, and its outcome is \##
        unknown. With
        <code>action: wait</code>, send it again later. With <code>action: operator</code>, look at Meeting BaaS \##
        whether it was done; to
        do it again, use a new key.</li>
        <li>The connection is <code>pending</code>: its consent was not completed.</li>
        <li>Meeting BaaS refuses in its present state, for instance a change shortly before the meeting; its code
        stands in <code>detail</code>.</li>
        <li>An administrator of the user's organisation blocks the app: the connection is <code>blocked</code>.</li>
        <li>The webhook endpoint is disabled: by you, or because it answered 410.</li>
        <li>The reply to a calendar's creation was lost, and it is not known yet what it made: <code>action</code> \##
        is <code>operator</code>.</li>
        <li>The Meeting BaaS API key that the operator enters belongs to another tenant's account, or to the shared \##
        one.</li>
        <li>The slug of a new tenant is taken.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li><code>action</code>: <code>wait</code> for time, <code>user</code>, <code>tenant</code> or \##
        <code>operator</code> for somebody.</li>
        <li>The state of it:<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/connections/$CONNECTION&quot; -H &quot;Authorization: Bearer $KEY&quot;
        curl -s &quot;$GATEWAY/api/v1/calendars/$CALENDAR&quot; -H &quot;Authorization: Bearer $KEY&quot;
        curl -s &quot;$GATEWAY/api/v1/webhook-endpoints/$ENDPOINT&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>With <code>wait</code>: repeat after <code>retry_after</code> seconds; for what is being made or deleted,\##
         wait for its message
        instead.</li>
        <li>For a blocked app: the organisation's administrator must allow its client id. Then let the user \##
        reconnect.</li>
        <li>For a disabled endpoint: <a href="/docs#changeWebhookEndpoint"><code>PATCH \##
        /api/v1/webhook-endpoints/{id}</code></a> with <code>{&quot;status&quot;: &quot;enabled&quot;}</code>; what \##
        was
        held is sent.</li>
        <li>For a calendar of unknown outcome: wait ten minutes. If it still answers so, the operator compares
        <a href="/docs#listUnclaimedCalendars"><code>GET /admin/v1/unclaimed-calendars</code></a> and says whose the \##
        calendar is, or deletes it.</li>
        <li>For a slug: choose another. It stands in URLs and never changes.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whom <code>action</code> names; without it, the client, which asks again a little later.</p>

        <h2 id="again">May I send it again?</h2>
        <p>With <code>action: wait</code>, yes. Else once the state has changed.</p>

        """##

    static let headersTooLarge = ##"""
        <p>The request's headers together are larger than the gateway reads. It stopped there; nothing
        was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>A browser sends cookies that other applications set for the same domain. The gateway sets none and reads
        none.</li>
        <li>Something that is no key or session stands in <code>Authorization</code>, like a token with hundreds of \##
        claims.</li>
        <li>Proxies on the way add a header each, or the same request passes through them in a circle.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>How large is what you send?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -sv &quot;$GATEWAY/healthz&quot; -H &quot;Authorization: Bearer $KEY&quot; \##
        2&gt;&amp;1 | grep '^&gt;' | wc -c</code></pre></figure>
        </li>
        <li>In a browser: the network panel, the request's headers, <code>Cookie</code>.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Give the gateway a host name of its own, to which no cookies of other applications are sent.</li>
        <li>Send a key (<code>mgk_…</code>) or a session (<code>mgs_…</code>); each has 40 characters.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever runs the client, or the proxies in front.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is. Nothing was done.</p>

        """##

    static let idempotencyMismatch = ##"""
        <p>This <code>Idempotency-Key</code> was used within the last 24 hours for a request with another path or \##
        body. The gateway cannot
        tell whether you mean the former request again or a new one, so it did neither.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The key is made from something that stays the same (a user's id, a date) instead of being new for each
        intent.</li>
        <li>A retry builds the body anew, and a time, a random value or the order of a list is different now.</li>
        <li>Two places in your code use the same key for different requests.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Log the key and the body's hash at the first attempt, and compare them at the second.</li>
        <li>The key counts for one tenant, one key or user, and one route, for 24 hours.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Make a random key (a UUID) when the intent arises, store it with the body, and send both unchanged on \##
        each
        retry.</li>
        <li>For a new request, make a new key.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>The former request with its former body: yes, it gets the stored reply. This one: with a new key. This
        attempt did nothing.</p>

        """##

    static let inUse = ##"""
        <p>Credentials cannot be exchanged or taken away while living things depend on them: grants belong to the
        client id that they were given to, calendars to the Meeting BaaS account that made them. Nothing was
        changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>Another <code>client_id</code> or <code>directory</code>, or a DELETE, under live connections of that \##
        provider.</li>
        <li>Another <code>api_version</code> under live calendars, a DELETE, or an <code>api_key</code> that does \##
        not find them, as it
        belongs to another account.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What lives there, with a key of the tenant:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -s &quot;$GATEWAY/api/v1/connections?limit=100&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;
        curl -s &quot;$GATEWAY/api/v1/calendars?limit=100&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        <li>Do you only want to change a secret? A new <code>client_secret</code>, a new <code>api_key</code> of the \##
        same account and new
        <code>webhook_secrets</code> are always taken.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>For another account or client: have the users disconnect (<a href="/docs#deleteConnection"><code>DELETE \##
        /api/v1/connections/{id}</code></a>), wait for
        <code>connection.deleted</code>, change it, and have them connect again.</li>
        <li>Or make a second tenant with the new credentials, and move users one by one.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The operator (<code>action: operator</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>When nothing lives there any more; deleting goes on after its reply. Nothing was done.</p>

        """##

    static let insufficientScope = ##"""
        <p>The credential is valid but may not do this; <code>detail</code> names the scope it lacks or says that \##
        only a key may.
        Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The key was made with a list of scopes that lacks this one. A key without a list has all but
        <code>connections:import</code> and <code>tokens:read</code>.</li>
        <li>The session was minted with fewer scopes, or by a key that lacks the scope itself.</li>
        <li>A session calls what is for keys only: sessions, webhook endpoints, messages, imports, users.</li>
        <li>A key calls the webhook endpoints with <code>Gateway-User</code>. They are the tenant's, not a \##
        user's.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What the operation needs stands under its path on <a href="/docs">the API page</a>.</li>
        <li>What the tenant's keys have:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>meeting-gateway keys list acme</code></pre></figure>
        </li>
        <li>What the session has: <code>scopes</code> in the answer to <a href="/docs#createSession"><code>POST \##
        /api/v1/sessions</code></a>.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>A key's scopes never change: the operator makes another key with <code>meeting-gateway keys create acme \##
        --scope …</code>, once for each scope.</li>
        <li>Mint the session with the scopes it needs, or leave <code>scopes</code> out.</li>
        <li>Move what is for keys only from the app to your server. Never put a key into an app.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The tenant (<code>action: tenant</code>), with the operator where another key is needed.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not with this credential. Nothing was done.</p>

        """##

    static let internalError = ##"""
        <p>Something went wrong inside the gateway that nobody foresaw. It is a fault of ours, not of the request.
        Whether the request had its effect is not known.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>A bug.</li>
        <li>A machine out of memory or of file descriptors.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>The log has a line “unexpected error” with the request's id, which <code>instance</code> and \##
        <code>x-request-id</code> bear:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>grep 'req_…' gateway.log</code></pre></figure>
        </li>
        <li>Is it alive, can it work, and which version is it?<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s &quot;$GATEWAY/healthz&quot;; \##
        curl -s &quot;$GATEWAY/readyz&quot;; meeting-gateway --version</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Report it with the log line (<code>error.type</code> and <code>error</code>), the operation and the \##
        version. A log line holds no
        token and no body.</li>
        <li>If it began with an upgrade: go back to the former version, with the backup that you made before. A \##
        build does
        not open a database that a newer one has changed.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The operator, who reports it; then we.</p>

        <h2 id="again">May I send it again?</h2>
        <p>GET, PUT and DELETE: yes. A POST that creates: yes with the same <code>Idempotency-Key</code>, else look \##
        first whether
        it is there.</p>

        """##

    static let malformed = ##"""
        <p>The gateway could not read the request, so it did not even look at what it asks for. Nothing was changed.
        <code>detail</code> says what is wrong, for a body with the byte where reading stopped.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The body is not sent as <code>Content-Type: application/json</code>. curl's <code>-d</code> sends a form \##
        unless you say
        otherwise.</li>
        <li>The body is not valid JSON, is no object, names a member twice, or is cut off.</li>
        <li>The request has two different credentials, for instance a key and a session in two \##
        <code>Authorization</code>
        headers.</li>
        <li><code>Gateway-User</code> is sent with a session (a session has its own user), twice, or with characters \##
        outside <code>!</code>
        to <code>~</code>.</li>
        <li>The query string is not properly percent-encoded UTF-8.</li>
        <li>At <code>/webhooks/meeting-baas</code>: the body is no webhook of Meeting BaaS.</li>
        <li>The HTTP itself is broken: no <code>Host</code> or two, a body framed in two ways, a path and query of \##
        more than 8 KiB, a
        request that ends in its midst. The connection is closed then.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Is the body JSON?<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>python3 -m \##
        json.tool &lt; body.json</code></pre></figure>
        </li>
        <li>Which headers does your client really send?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -sv -X POST &quot;$GATEWAY/api/v1/sessions&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot; \
          -H &quot;Content-Type: application/json&quot; -d @body.json</code></pre></figure>
        </li>
        <li>Does a proxy or an HTTP library of yours add a second <code>Authorization</code>, or rewrite the \##
        body?</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Build the body with a JSON encoder, never by joining strings, and send <code>Content-Type: \##
        application/json</code>.</li>
        <li>Send one credential. To act for a user, send a key with <code>Gateway-User</code>, or the user's session \##
        alone.</li>
        <li>Percent-encode each value of the query: <code>+</code> in a time is <code>%2B</code>.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is: it will fail the same way. Nothing was done, so the mended request is safe to send.</p>

        """##

    static let methodNotAllowed = ##"""
        <p>The path exists, but not with this method. The reply's <code>Allow</code> header lists those that it has. \##
        Nothing was
        changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The wrong verb: settings are replaced with PUT, a tenant is changed with PATCH, work is started with \##
        POST.</li>
        <li>A redirect in front of the gateway (http to https, with or without <code>www</code>) turned a POST into \##
        a GET.</li>
        <li>HEAD and OPTIONS are not served, but for the preflights of browsers.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What does the path take?<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl \##
        -si -X POST &quot;$GATEWAY/healthz&quot; | grep -i '^allow'</code></pre></figure>
        </li>
        <li>Does your client follow a redirect on the way? It should call the final https address itself.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Use a method that <code>Allow</code> names; <a href="/docs">the API page</a> has each path with its \##
        methods.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is: it will fail the same way. Nothing was done.</p>

        """##

    static let needsReconnect = ##"""
        <p>The user must consent again before this can work. The gateway says so only when the provider itself has
        refused the grant, when the calendar was left out of the consent, or when there is no refresh token. Passing
        faults and wrong client secrets answer <a \##
        href="/docs/problems/provider_unavailable"><code>provider_unavailable</code></a> and <a \##
        href="/docs/problems/not_configured"><code>not_configured</code></a> instead.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The user removed the app's access in the Google or Microsoft account, or an administrator did.</li>
        <li>The user left the calendar's box empty on Google's consent page: the connection is \##
        <code>missing_scope</code>.</li>
        <li>The Google app is still in “Testing”: its grants end after seven days.</li>
        <li>The organisation wants the user to sign in again (<code>user_interaction</code> in <code>detail</code>), \##
        by a session or access
        policy.</li>
        <li>More than 100 grants for one Google account and client: Google drops the oldest in silence.</li>
        <li><code>exchange</code>: the app's own consent did not ask for offline access, so there is no refresh \##
        token.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What the connection says: <code>status</code>, <code>missing_scopes</code><figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/connections/$CONNECTION&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        <li>Does it hit many users on one day? Then look at the app's registration, not at the users.</li>
        <li>For Google: is the consent screen's publishing status “In production”?</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Ask the user to reconnect: <a href="/docs#reconnectConnection"><code>POST \##
        /api/v1/connections/{id}/reconnect</code></a>, open <code>authorize_url</code>, then <a \##
        href="/docs#completeConnection"><code>POST /api/v1/connections/{id}/complete</code></a>. Ids, calendars and \##
        recordings stay; calendars get the new grant.</li>
        <li>Listen to <code>connection.needs_reconnect</code> and <code>connection.missing_scope</code>, so that the \##
        user is asked before a
        meeting is missed; <code>connection.recovered</code> says that it works again.</li>
        <li>For <code>exchange</code> with Google: ask with <code>access_type=offline</code> and \##
        <code>prompt=consent</code>; with Microsoft for
        <code>offline_access</code>.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The user (<code>action: user</code>), led by the app.</p>

        <h2 id="again">May I send it again?</h2>
        <p>After the user has reconnected. Until then it will fail the same way; nothing was done.</p>

        """##

    static let notConfigured = ##"""
        <p>Something that the operator has to set up is missing or is refused: the app at Google or Microsoft, or the
        Meeting BaaS account. Users are not affected: their grants stay, and nobody needs to reconnect.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The tenant has no app for this provider.</li>
        <li>The provider refuses the app; <code>detail</code> has its error. <code>invalid_client</code>: the secret \##
        is wrong or has expired
        (Microsoft's secrets do). <code>redirect_uri_mismatch</code>: the redirect URI is not registered there.</li>
        <li>There is no Meeting BaaS account: neither the tenant's own nor \##
        <code>GATEWAY_MEETING_BAAS_API_KEY</code>.</li>
        <li>Meeting BaaS refuses the API key: it was revoked, or belongs to the other version's account.</li>
        <li>The calendar was made in an account that was taken away since.</li>
        <li>Webhooks: nothing is stored to verify them with (no signing secret, or no account for this slug).</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>The app, and the <code>redirect_uri</code> to register:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/admin/v1/tenants/acme/providers/google&quot; \
          -H &quot;Authorization: Bearer $GATEWAY_ADMIN_TOKEN&quot;</code></pre></figure>
        </li>
        <li>The account, its webhook URL and how many signing secrets are stored:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/admin/v1/tenants/acme/meeting-baas&quot; \
          -H &quot;Authorization: Bearer $GATEWAY_ADMIN_TOKEN&quot;</code></pre></figure>
        </li>
        <li>In the log, <code>oauth.error</code> and <code>tenant.id</code>:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>grep &quot;provider refuses the app's \##
        credentials&quot; gateway.log | tail -n 3</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Enter the app anew; the secret is read from standard input: <code>meeting-gateway tenants provider acme \##
        google --client-id …</code>. A new secret is always taken, also under live connections.</li>
        <li>Register the <code>redirect_uri</code> at the provider exactly as the gateway shows it. It begins with
        <code>GATEWAY_PUBLIC_URL</code>.</li>
        <li>Enter the Meeting BaaS key: <code>GATEWAY_MEETING_BAAS_API_KEY</code>, or <code>meeting-gateway tenants \##
        meeting-baas acme</code>.</li>
        <li>Enter the webhooks' signing secrets: <code>GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS</code>, or \##
        <code>--webhook-secret</code>.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The operator (<code>action: operator</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>Once it is set up. A ticket is not used up by it, but lives 300 seconds; Meeting BaaS repeats its \##
        webhooks.</p>

        """##

    static let notFound = ##"""
        <p>There is nothing here that this caller may see. What does not exist and what belongs to somebody else \##
        answer
        exactly alike, so that nobody can find out what others have. Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The id is another user's: a session, or a key with <code>Gateway-User</code>, sees that one user's \##
        things only.</li>
        <li>The key belongs to another tenant, or to another gateway (staging, production).</li>
        <li>It was deleted, or has expired. Ids do not come back.</li>
        <li>An id of the wrong kind: an event's where a calendar's belongs, a key itself where its <code>key_</code> \##
        id belongs.</li>
        <li>A consent renewed the user's present connection: the pending id ended, use the one that \##
        <code>complete</code>
        answered.</li>
        <li><code>complete</code> was called for another user than the one who began the consent. The code is \##
        destroyed then.</li>
        <li>A recording is asked for where none was scheduled; a provider or account is not configured.</li>
        <li>The event has just been made, and the calendar has not been read since.</li>
        <li>The path is mistyped, ends in a slash, or has a broken percent-escape.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Look with the key alone, without <code>Gateway-User</code>: whose is it?<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/connections?limit=100&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        <li>Which user was the session minted for? <a href="/docs#createSession"><code>POST \##
        /api/v1/sessions</code></a> answered it as <code>user_id</code>.</li>
        <li>Does the path stand on <a href="/docs">the API page</a>, with this method?</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Use the credential of the user or tenant that owns it, or the id that the list shows.</li>
        <li>For a new event, have the calendar read again with <a href="/docs#syncCalendar"><code>POST \##
        /api/v1/calendars/{id}/sync</code></a>, and wait for
        <code>calendar.sync_events</code>.</li>
        <li>Take ids that answer 404 out of your own store; for a connection, start a new consent.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>It is safe, but will answer the same until something changes.</p>

        """##

    static let preconditionFailed = ##"""
        <p>The request has <code>If-Match</code>, and what it would change is no longer what that <code>ETag</code> \##
        stands for: somebody
        changed it after you read it. This request changed nothing.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>Two people, or two runs of a script, change the same settings at the same time.</li>
        <li>The <code>ETag</code> was kept from an earlier read, or is that of another tenant.</li>
        <li>A proxy made a weak tag of it (<code>W/&quot;…&quot;</code>), which never matches here, or removed its \##
        quotes.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What is there now, and its <code>ETag</code>:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -si &quot;$GATEWAY/admin/v1/tenants/$TENANT/settings&quot; -H &quot;Authorization: \##
        Bearer $GATEWAY_ADMIN_TOKEN&quot;</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Read it again, apply your change to what you read, and send it with the new <code>ETag</code>.</li>
        <li><code>meeting-gateway tenants settings</code> does that by itself, four times at most.</li>
        <li>To change single settings whatever the others are, send a <code>PATCH</code> without \##
        <code>If-Match</code>.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not with this <code>ETag</code>. With the new one, yes.</p>

        """##

    static let providerUnavailable = ##"""
        <p>Google or Microsoft did not answer properly, or asks to slow down. This says nothing about the user's \##
        grant:
        the connection stays as it is, and nobody needs to reconnect.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The provider has a fault (<a \##
        href="/docs/problems/provider_unavailable"><code>provider_unavailable</code></a> in <code>detail</code>), or \##
        limits the app (“asks to slow down”).</li>
        <li>The gateway's machine has no way out: firewall, DNS, a proxy that answers in the provider's place
        (<code>malformed_response</code>).</li>
        <li><code>GATEWAY_GOOGLE_TOKEN_URL</code> or <code>GATEWAY_MICROSOFT_URL</code> is set, and points to the \##
        wrong place.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>From the gateway's machine; any HTTP status means that the way is free:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s -o /dev/null -w '%{http_code}\n' \##
        https://oauth2.googleapis.com/token
        curl -s -o /dev/null -w '%{http_code}\n' https://login.microsoftonline.com/</code></pre></figure>
        </li>
        <li>The status pages of Google Cloud and Microsoft 365.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Wait and repeat. In <code>complete</code>, repeat soon: a passing fault does not use the ticket up, but \##
        it lives 300
        seconds.</li>
        <li>For <code>exchange</code>: the code may be used up or too old by then; then run the app's own consent \##
        again.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Nobody but time (<code>action: wait</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, after <code>retry_after</code> seconds.</p>

        """##

    static let quotaExceeded = ##"""
        <p>Something that is counted is used up; <code>detail</code> says what, and how many there may be. Unlike a \##
        rate, waiting
        a few seconds does not help. The request was not carried out.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The tenant has as many calendars as its <code>limits.calendars</code> allows.</li>
        <li>The tenant has asked for as many bots as <code>limits.bots_per_day</code> allows.</li>
        <li>The tenant has 50 webhook endpoints.</li>
        <li>The replies stored for the tenant's <code>Idempotency-Key</code>s have 64 MiB.</li>
        <li>The Meeting BaaS account itself has none left; <code>detail</code> names its code: \##
        <code>INSUFFICIENT_TOKENS</code>, or one that
        ends in <code>CAP_REACHED</code> or <code>LIMIT_EXCEEDED</code>.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>What the tenant may have:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>meeting-gateway tenants settings acme</code></pre></figure>
        </li>
        <li>What it has:<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/calendars?limit=100&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot;</code></pre></figure>
        </li>
        <li>For a code of Meeting BaaS: plan, tokens and daily caps in its dashboard.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Delete what is not needed any more: calendars of users who left (<a href="/docs#deleteUser"><code>DELETE \##
        /api/v1/users/{user_id}</code></a>),
        endpoints of tests (<a href="/docs#deleteWebhookEndpoint"><code>DELETE \##
        /api/v1/webhook-endpoints/{id}</code></a>).</li>
        <li>The operator raises the limit with <a href="/docs#patchTenantSettings"><code>PATCH \##
        /admin/v1/tenants/{slug}/settings</code></a>, or
        <code>meeting-gateway tenants settings</code>.</li>
        <li>For stored replies: send <code>Idempotency-Key</code> only where doing a thing twice would hurt. They go \##
        after a day.</li>
        <li>For Meeting BaaS: buy tokens, change the plan, or give the tenant an account of its own.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The operator (<code>action: operator</code>); for webhook endpoints the tenant (<code>action: \##
        tenant</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>When there is room again. A daily quota frees itself with time: <code>retry_after</code> says when, where \##
        that is
        known. The request was not carried out.</p>

        """##

    static let rateLimited = ##"""
        <p>Too many requests in too short a time. The request was not carried out. <code>Retry-After</code> and \##
        <code>retry_after</code> say
        how many seconds to wait; <code>RateLimit</code> and <code>RateLimit-Policy</code> tell the limit and what \##
        is left of it.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The tenant's <code>requests_per_second</code> and <code>burst</code> are used up, by all of its keys and \##
        sessions together.</li>
        <li>One address sends many requests before it has proved who it is, as a client does that retries a dead
        credential.</li>
        <li>So many unknown credentials come that this one was not looked up within a second. A valid one passes the
        next time.</li>
        <li>All clients seem to come from one address, because the proxy in front is not in \##
        <code>GATEWAY_TRUSTED_PROXIES</code>.</li>
        <li>Meeting BaaS's own limit of writes a second is reached; <code>detail</code> says so. It counts for the \##
        whole account.</li>
        <li>A loop polls for changes that webhooks would tell of.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>The limits, and what is left:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -si &quot;$GATEWAY/api/v1/connections?limit=1&quot; \
          -H &quot;Authorization: Bearer $KEY&quot; | grep -iE '^(ratelimit|retry-after)'</code></pre></figure>
        </li>
        <li>The tenant's limits:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>meeting-gateway tenants settings acme</code></pre></figure>
        </li>
        <li>In the gateway's log, <code>client.address</code>: the real clients, or the proxy each time?</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Wait as long as <code>Retry-After</code> says, then go on; without it, double the pause each time and \##
        add some
        chance.</li>
        <li>Register a webhook endpoint instead of polling; ask lists with <code>limit=100</code> and follow \##
        <code>next_cursor</code>.</li>
        <li>The operator raises <code>limits</code> with <a href="/docs#putTenantSettings"><code>PUT \##
        /admin/v1/tenants/{slug}/settings</code></a> (it replaces all settings), or
        names the proxy in <code>GATEWAY_TRUSTED_PROXIES</code>.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Nobody but time (<code>action: wait</code>); the client, if it comes again and again.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, after the time in <code>Retry-After</code>. The request was not carried out.</p>

        """##

    static let requestTimeout = ##"""
        <p>The request began, but the rest of it did not arrive in time, so the gateway stopped waiting for it. What
        had arrived was thrown away; nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The connection is slow or was interrupted, as on a phone that leaves its Wi-Fi.</li>
        <li>The client announced a longer <code>Content-Length</code> than it sent, and both sides waited.</li>
        <li>The client opened the request before it had the body, and was held up while making it.</li>
        <li>A proxy in front passes the body on piece by piece while a slow client is still sending.</li>
        <li>Many webhooks that nothing has proved yet came at once, and this one came most slowly.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Does the same call pass from the gateway's own machine?<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s -o /dev/null -w '%{http_code} \##
        %{time_total}s\n' &quot;$GATEWAY/healthz&quot;</code></pre></figure>
        </li>
        <li>Does only one client or network see it? Then it lies there.</li>
        <li>Is <code>Content-Length</code> the number of bytes, not of characters?</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Have the body ready before the request begins, and let the HTTP library count it.</li>
        <li>Let the proxy in front take requests in whole before it passes them on (nginx: \##
        <code>proxy_request_buffering on</code>).</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Nobody, when it was the network; else whoever runs the client or the proxy.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, at once, on a new connection. Nothing was done.</p>

        """##

    static let storageUnavailable = ##"""
        <p>The gateway's database did not take or give what was needed. A change that failed here was rolled back
        whole. At <code>/webhooks/meeting-baas</code> it may also say that too many webhooks wait for their owner, \##
        or that the tenant's
        messages have all the space that they may have.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The disk is full, or the file or its folder may not be written by the gateway's user.</li>
        <li>The volume is gone, or is a network file system that locks files wrongly.</li>
        <li>The gateway is just stopping.</li>
        <li>Webhooks: 10 000 or 256 MB of one Meeting BaaS account have no owner here, for instance as another system
        uses the same account. They are held 24 hours.</li>
        <li>Webhooks of a tenant's own account: its messages have <code>limits.message_bytes</code>, and all of them \##
        are less than a
        day old or wait for a delivery.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Does it answer?<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/readyz&quot;</code></pre></figure>
        </li>
        <li>What does the log say? The line “storage failed” names the error; the request's id finds it:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>grep 'storage failed' gateway.log | tail \##
        -n 3</code></pre></figure>
        </li>
        <li>Room and rights:<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>df -h data; \##
        ls -l data</code></pre></figure>
        </li>
        <li>Is the file whole?<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>sqlite3 \##
        data/gateway.db 'PRAGMA quick_check'</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Make room, give the rights back, or mount the volume again; the gateway goes on by itself.</li>
        <li>A damaged file: stop the gateway, keep a copy, and put the last backup in its place.</li>
        <li>Keep the database on a local disk, and look at its free space.</li>
        <li>Messages without space: <code>meeting-gateway tenants settings acme --message-bytes 21474836480</code>, \##
        and see why
        deliveries wait.</li>
        <li>Webhooks without an owner: let each Meeting BaaS account send to one gateway only.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Nobody but time (<code>action: wait</code>), if it passes; else the operator.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, after <code>retry_after</code> seconds. Meeting BaaS repeats its webhooks by itself.</p>

        """##

    static let tenantSuspended = ##"""
        <p>The operator has suspended the tenant. Its keys and sessions are refused and consents stop. Nothing is \##
        lost
        meanwhile: webhooks are stored, and what is due to be delivered is held.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The operator suspended it: a contract that ended, an abuse, a test.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Is it suspended?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>meeting-gateway tenants show acme</code></pre></figure>
        </li>
        <li>Bots that were scheduled at Meeting BaaS are not called back by a suspension.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>The operator ends it with <code>meeting-gateway tenants activate acme</code>; what was held is delivered \##
        then.</li>
        <li>Messages are kept for <code>GATEWAY_RETENTION_DAYS</code> (30 unless set otherwise): activate before \##
        that, or they
        are gone.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The operator (<code>action: operator</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>Once the tenant is active again; until then it is safe but useless. Nothing was done.</p>

        """##

    static let ticketInvalid = ##"""
        <p>The consent cannot be finished with what was brought: the ticket is unknown, used or older than 300 \##
        seconds,
        or the provider refused the authorization code, or its answer does not belong to this consent. Nothing is
        connected.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>More than 300 seconds went by between the return to the app and <code>complete</code>.</li>
        <li>The ticket was changed on its way: not percent-decoded, cut off, taken from another consent.</li>
        <li>The ticket was used up before, with a final refusal.</li>
        <li><code>exchange</code>: the code is old or was used, <code>redirect_uri</code> or \##
        <code>code_verifier</code> is not that of the app's own
        consent, or the code was made for another client id.</li>
        <li><code>exchange</code>: <code>nonce</code> does not fit, or the consent did not ask for \##
        <code>openid</code>, so there is no ID token.</li>
        <li>The gateway's clock is wrong, so that ID tokens seem expired.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li><code>detail</code>: is it the ticket, the code, or the ID token?</li>
        <li>Does the app call <code>complete</code> as soon as the browser returns, before anything that may \##
        wait?</li>
        <li>The gateway's clock:<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -si \##
        &quot;$GATEWAY/healthz&quot; | grep -i '^date'; date -u</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Start the consent again: <a href="/docs#createConnection"><code>POST /api/v1/connections</code></a>, or \##
        <a href="/docs#reconnectConnection"><code>POST /api/v1/connections/{id}/reconnect</code></a>.</li>
        <li>Read <code>ticket</code> with a URL parser, and call <code>complete</code> at once, with the session of \##
        the user who is signed
        in in the app that the browser came back to.</li>
        <li>For <code>exchange</code>: send each code once, with the very <code>redirect_uri</code> of its \##
        consent.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The user (<code>action: user</code>), who must consent once more; the developer, if it comes often.</p>

        <h2 id="again">May I send it again?</h2>
        <p>No: a ticket and a code work once. (A <code>complete</code> whose reply was lost may be repeated by the \##
        same user: it
        gets the connection as it is.)</p>

        """##

    static let tooLarge = ##"""
        <p>The body is larger than the operation takes; <code>detail</code> says how many bytes it may have: 1 MiB \##
        for the API, 16
        MiB for webhooks of Meeting BaaS, 4 MiB for those that only a signature proves. Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>A file, a picture or a transcript is sent in the body. The gateway takes links to such things, never
        themselves.</li>
        <li>A client sends the same list item thousands of times over, from a loop gone wrong.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>How large is it?<figure class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>wc -c &lt; \##
        body.json</code></pre></figure>
        </li>
        <li>Is it this document at all? A proxy in front may have a smaller limit and answers 413 with a page of its
        own (nginx: <code>client_max_body_size</code>). Meeting BaaS's webhooks need 16 MiB there.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Send a link: <code>bot_image</code> is an https URL.</li>
        <li>Keep <code>extra</code> small (it has 4 KiB at most): store your data on your side and send its id.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client; for the proxy's limit, the operator.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is. Nothing was done.</p>

        """##

    static let unauthenticated = ##"""
        <p>The request has no credential that is valid here. Missing, mistyped, expired and revoked answer alike, so
        that nobody can learn by trying. Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>The session has expired: it lives an hour unless it was minted for longer, 24 hours at most.</li>
        <li>The header is missing, or is not <code>Authorization: Bearer …</code> (some proxies take it out).</li>
        <li>The credential is cut off, has a line break at its end, or an environment variable is empty.</li>
        <li>The key was revoked or has expired, or its rotation's overlap is over; its sessions end with a revoked
        key.</li>
        <li>The user was deleted, which ends the user's sessions; or the tenant is being deleted.</li>
        <li>The wrong kind: <code>/admin</code> takes the admin token only, <code>/api</code> takes keys and \##
        sessions only.</li>
        <li>At <code>/admin</code>, <code>detail</code> says that it is closed: <code>GATEWAY_ADMIN_TOKEN</code> is \##
        not set.</li>
        <li>At <code>/webhooks/meeting-baas</code>: the signing secret or the account's key is not the one stored \##
        here, or the
        clocks are more than five minutes apart.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>A key and a session have 40 characters each:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>echo &quot;${#KEY} ${#SESSION}&quot;</code></pre></figure>
        </li>
        <li>Does the key live? <code>expires_at</code> and <code>last_used_at</code> tell:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>meeting-gateway keys list \##
        acme</code></pre></figure>
        </li>
        <li>What time is it at the gateway?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -si &quot;$GATEWAY/healthz&quot; | grep -i '^date'; date -u</code></pre></figure>
        </li>
        <li>For webhooks, whether any arrive, and how many secrets are stored:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/admin/v1/tenants/acme/meeting-baas&quot; \
          -H &quot;Authorization: Bearer $GATEWAY_ADMIN_TOKEN&quot;</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>In an app: on 401, ask your own server for a new session once, and repeat the call. Mint before
        <code>expires_at</code> and users never see it.</li>
        <li>On a server: take a new key from the operator. <code>meeting-gateway keys rotate acme key_…</code> \##
        replaces one
        without a gap.</li>
        <li>For webhooks: enter the signing secrets that Meeting BaaS's dashboard shows, all of them while one is
        replaced.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The app, with a new session; else the tenant's server or, for keys, tokens and secrets, the operator.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, with a valid credential. Nothing was done.</p>

        """##

    static let unsupportedEncoding = ##"""
        <p>The body is compressed: the request has the header <code>Content-Encoding</code>, with <code>gzip</code> \##
        for instance. The gateway takes bodies
        as they are, as the reply's header <code>Accept-Encoding: identity</code> says. Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>An HTTP library compresses what it sends, by a setting of its own.</li>
        <li>A proxy between you and the gateway compresses bodies on their way.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Which headers does your client really send?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -sv -X POST &quot;$GATEWAY/api/v1/sessions&quot; -H &quot;Authorization: Bearer \##
        $KEY&quot; \
          -H &quot;Content-Type: application/json&quot; -d '{&quot;user_id&quot;: \##
        &quot;user-1&quot;}'</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Send the body without <code>Content-Encoding</code>, as plain JSON. It may have 1 MiB, which is far more \##
        than any call needs.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is: it will fail the same way. Nothing was done, so the mended request is safe to send.</p>

        """##

    static let upstreamRejected = ##"""
        <p>Meeting BaaS read the request and refused it; its code stands in <code>detail</code>, its own words do \##
        not, as they may
        name what is others'. The gateway itself works.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li><code>INVALID_MEETING_PLATFORM</code>: the event's link leads to no Zoom, Google Meet or Microsoft Teams \##
        meeting.</li>
        <li>Parameters that only Meeting BaaS can judge: the transcription's provider, its <code>api_key</code> or
        <code>custom_parameters</code>, or what the account's plan does not include.</li>
        <li>The event is over, or was cancelled a moment ago.</li>
        <li>“Meeting BaaS could not use the grant” (<code>action: wait</code>): the provider calls the grant good, \##
        Meeting BaaS
        could not refresh it.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>The event: <code>meeting_url</code>, <code>meeting_platform</code>, <code>status</code><figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s \##
        &quot;$GATEWAY/api/v1/events/$EVENT&quot; -H &quot;Authorization: Bearer $KEY&quot;</code></pre></figure>
        </li>
        <li>Meeting BaaS's documentation and dashboard, for the code in <code>detail</code>.</li>
        <li>Does it pass without <code>transcription</code> and <code>timeouts</code>? Then add one after the \##
        other.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Schedule recordings only where <code>meeting_url</code> is not null.</li>
        <li>Correct the parameters, or the plan of the Meeting BaaS account.</li>
        <li>For the grant: try again in a minute; if it stays, let the user reconnect.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>The tenant (<code>action: tenant</code>), or nobody but time (<code>action: wait</code>).</p>

        <h2 id="again">May I send it again?</h2>
        <p>With <code>wait</code>, yes. Else not as it is: the answer will be the same.</p>

        """##

    static let upstreamUnavailable = ##"""
        <p>Meeting BaaS did not answer in time, answered with an error of its own, or with something that could not \##
        be
        read. Whether it did what was asked may be unknown.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>Meeting BaaS has a fault, or is being upgraded.</li>
        <li>The gateway's machine has no way out: firewall, DNS, proxy.</li>
        <li><code>GATEWAY_MEETING_BAAS_URL</code> points to the wrong place.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>From the gateway's machine; any HTTP status means that the way is free:<figure \##
        class="code"><figcaption>Shell</figcaption><pre tabindex="0"><code>curl -s -o /dev/null -w '%{http_code} \##
        %{time_total}s\n' https://api.meetingbaas.com/</code></pre></figure>
        </li>
        <li><code>detail</code>: a status, or what went wrong on the way (timeout, refused connection, name not \##
        found).</li>
        <li>Meeting BaaS's status page. Do all tenants see it? Then it is not the request.</li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Wait and repeat, with growing pauses. The gateway repeats its own background work by itself.</li>
        <li>If only this machine cannot reach it: mend the way out.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Nobody but time (<code>action: wait</code>); the operator, if the way out is closed.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Yes, after <code>retry_after</code> seconds. Creating a calendar, scheduling a recording and deleting may \##
        all be
        repeated: they find what the former call made and never double it.</p>

        """##

    static let validation = ##"""
        <p>The request could be read, but says something that cannot be done. <code>errors</code> names every \##
        mistake at once:
        <code>pointer</code> is its place in the body (<code>/user_id</code>) or the parameter (<code>?limit</code>),\##
         <code>detail</code> what must be true
        there. Nothing was changed.</p>

        <h2 id="causes">Likely causes</h2>
        <ul>
        <li>A field is missing, has the wrong type, or is longer or larger than allowed.</li>
        <li>A field or parameter has a name that the operation does not know. Unknown ones are refused, so that a
        typing error does not pass in silence.</li>
        <li><code>return_url</code> is not among the tenant's <code>return_urls</code>. They are compared exactly, \##
        to the last slash.</li>
        <li><code>user_id</code> is missing: a key must name the user, in the body or as <code>Gateway-User</code>. \##
        A session must leave it
        out.</li>
        <li>A session set what only a key may set: <code>bot_image</code>, <code>transcription.api_key</code>, URLs \##
        in <code>custom_parameters</code>.</li>
        <li><code>raw_calendar_id</code> is no calendar of this connection.</li>
        <li><code>cursor</code> belongs to another list, or <code>after</code> names a message that is past its \##
        retention.</li>
        </ul>

        <h2 id="check">What to check</h2>
        <ul>
        <li>Read all of <code>errors</code>:<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>curl -s … | jq -r '.errors[] | &quot;\(.pointer)  \(.detail)&quot;'</code></pre></figure>
        </li>
        <li>Compare the body with the operation's fields on <a href="/docs">the API page</a>.</li>
        <li>For a <code>return_url</code>, what is listed?<figure class="code"><figcaption>Shell</figcaption><pre \##
        tabindex="0"><code>meeting-gateway tenants settings acme</code></pre></figure>
        </li>
        </ul>

        <h2 id="fix">How to fix it</h2>
        <ul>
        <li>Mend each place that <code>errors</code> names.</li>
        <li>A return URL or an origin is added by the operator. The settings are replaced as a whole: read them \##
        first,
        and send back what shall stay.</li>
        </ul>

        <h2 id="act">Who must act</h2>
        <p>Whoever wrote the client; for <code>return_urls</code> and <code>allowed_origins</code>, the operator.</p>

        <h2 id="again">May I send it again?</h2>
        <p>Not as it is. Nothing was done, so the mended request is safe to send.</p>

        """##
}
