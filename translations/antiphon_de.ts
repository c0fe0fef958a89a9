<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>antiphon::AccessPopup</name>
    <message>
        <location filename="../app/gui/pages/accesspopup.cpp" line="+31"/>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Bearer token</source>
        <translation>Be&amp;arer-Token</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>For %1 only, from the next connection on. Kept until the program ends, never stored.</source>
        <translation>Nur für %1, ab der nächsten Verbindung. Bleibt bis zum Ende des Programms, wird nie gespeichert.</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>&amp;Apply</source>
        <translation>&amp;Übernehmen</translation>
    </message>
</context>
<context>
    <name>antiphon::Actions</name>
    <message>
        <location filename="../app/gui/actions/actions.cpp" line="+31"/>
        <source>Go to the &amp;address</source>
        <translation>Zur &amp;Adresse</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Refresh the methods</source>
        <translation>Methoden &amp;neu abfragen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Filter the methods</source>
        <translation>Methoden &amp;filtern</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Call</source>
        <translation>&amp;Aufrufen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Notify</source>
        <translation>&amp;Benachrichtigen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>C&amp;ancel</source>
        <translation>A&amp;bbrechen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Reply &amp;below the call</source>
        <translation>Antwort &amp;unter dem Aufruf</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>&amp;Open script…</source>
        <translation>Skript ö&amp;ffnen…</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Host the &amp;example</source>
        <translation>&amp;Beispiel anbieten</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>&amp;Start hosting</source>
        <translation>Anbieten &amp;starten</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Copy the host&apos;s address</source>
        <translation>Adresse des Hosts &amp;kopieren</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>C&amp;lear the log</source>
        <translation>Protokoll &amp;leeren</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Messages panel</source>
        <translation>&amp;Nachrichtenleiste</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>C&amp;lear the messages</source>
        <translation>Nachrichten &amp;leeren</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>&amp;About Antiphon</source>
        <translation>Ü&amp;ber Antiphon</translation>
    </message>
</context>
<context>
    <name>antiphon::CallController</name>
    <message>
        <location filename="../app/gui/controllers/callcontroller.cpp" line="+85"/>
        <source>A call is running.</source>
        <translation>Ein Aufruf läuft.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Connecting.</source>
        <translation>Verbindet.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Not connected.</source>
        <translation>Nicht verbunden.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>No method is chosen.</source>
        <translation>Keine Methode ist gewählt.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>The params are not complete: %1</source>
        <translation>Die Parameter sind nicht vollständig: %1</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>Param %1: %2</source>
        <translation>Parameter %1: %2</translation>
    </message>
</context>
<context>
    <name>antiphon::CallPage</name>
    <message>
        <location filename="../app/gui/pages/callpage.cpp" line="+46"/>
        <location line="+1"/>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>A name that the server does not list can be typed here</source>
        <translation>Hier kann auch ein Name stehen, den der Server nicht nennt</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <location line="+18"/>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Raw</source>
        <translation>Text</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>Choose a method on the left, or type its name above.</source>
        <translation>Links eine Methode wählen oder oben ihren Namen eingeben.</translation>
    </message>
    <message>
        <location line="+85"/>
        <source>Waiting, %1</source>
        <translation>Wartet, %1</translation>
    </message>
</context>
<context>
    <name>antiphon::CodeEditor</name>
    <message>
        <location filename="../widgets/codeedit/codeeditor.cpp" line="+28"/>
        <source>Params as JSON</source>
        <translation>Parameter als JSON</translation>
    </message>
</context>
<context>
    <name>antiphon::ConnectionController</name>
    <message>
        <location filename="../app/gui/controllers/connectioncontroller.cpp" line="+60"/>
        <source>Asking about the methods: %1 of %2</source>
        <translation>Fragt nach den Methoden: %1 von %2</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Asking %1 for its methods</source>
        <translation>Fragt %1 nach den Methoden</translation>
    </message>
    <message>
        <location line="+23"/>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message numerus="yes">
        <location line="+27"/>
        <source>%1, %n methods</source>
        <translation>
            <numerusform>%1, %n Methode</numerusform>
            <numerusform>%1, %n Methoden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>antiphon::Describe</name>
    <message>
        <location filename="../app/workspace/describe.cpp" line="+94"/>
        <source>error %1</source>
        <translation>Fehler %1</translation>
    </message>
</context>
<context>
    <name>antiphon::Drafts</name>
    <message>
        <location filename="../app/workspace/drafts.cpp" line="+95"/>
        <source>%1 cannot be written: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <location line="+22"/>
        <source>%1 could not be read; it was set aside as %2</source>
        <translation>%1 war nicht lesbar und wurde als %2 zur Seite gelegt</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>%1 can neither be read nor set aside; drafts are not saved</source>
        <translation>%1 ist weder lesbar noch zur Seite zu legen; Entwürfe werden nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>antiphon::Endpoint</name>
    <message>
        <location filename="../app/workspace/endpoint.cpp" line="+46"/>
        <source>the address is empty</source>
        <translation>die Adresse ist leer</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>&quot;%1&quot; is no address; one looks like %2</source>
        <translation>„%1“ ist keine Adresse; eine sieht so aus: %2</translation>
    </message>
    <message>
        <location line="+18"/>
        <source>&quot;%1:&quot; is not known; %2 are</source>
        <translation>„%1:“ ist unbekannt; es gehen %2</translation>
    </message>
    <message>
        <location line="+18"/>
        <source>URL is one of
  http://host:port/path  https://...       HTTP (http:// may be left out)
  http+unix:///run/a.sock:/RPC2            HTTP through a Unix socket
  ws://host:port/path  wss://...           WebSocket
  tcp://host:port  tls://host:port         a stream of messages
  unix:///run/a.sock                       the same through a Unix socket
  exec:program argument ...                the same with a program that is started
  scgi://host:port  scgi+unix:///run/a.sock  SCGI
WebSocket carries JSON-RPC only, streams carry it unless XML-RPC is named. How messages of a stream are
told apart stands behind a plus sign when it is known: tcp+newline, exec+lsp, unix+netstring, tls+bare,
tcp+nul.</source>
        <translation>URL ist eines von
  http://host:port/pfad  https://...       HTTP (http:// darf fehlen)
  http+unix:///run/a.sock:/RPC2            HTTP durch einen Unix-Socket
  ws://host:port/pfad  wss://...           WebSocket
  tcp://host:port  tls://host:port         ein Strom von Nachrichten
  unix:///run/a.sock                       dasselbe durch einen Unix-Socket
  exec:programm argument ...               dasselbe mit einem Programm, das gestartet wird
  scgi://host:port  scgi+unix:///run/a.sock  SCGI
WebSocket trägt nur JSON-RPC, Ströme tragen es, wenn nicht XML-RPC genannt ist. Wie die Nachrichten eines
Stroms getrennt werden, steht hinter einem Pluszeichen, wenn es bekannt ist: tcp+newline, exec+lsp,
unix+netstring, tls+bare, tcp+nul.</translation>
    </message>
    <message>
        <location line="+22"/>
        <source>&quot;%1&quot; is no header field; one looks like &quot;Name: value&quot;</source>
        <translation>„%1“ ist kein Kopffeld; eines sieht so aus: „Name: Wert“</translation>
    </message>
</context>
<context>
    <name>antiphon::EndpointBar</name>
    <message>
        <location filename="../app/gui/pages/endpointbar.cpp" line="+49"/>
        <source>Address of the server</source>
        <translation>Adresse des Servers</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>Recent addresses</source>
        <translation>Letzte Adressen</translation>
    </message>
    <message>
        <location line="+6"/>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Auto-detect</source>
        <translation>Selbst erkennen</translation>
    </message>
    <message>
        <location line="+6"/>
        <location line="+1"/>
        <source>Credentials</source>
        <translation>Zugangsdaten</translation>
    </message>
    <message>
        <location line="+9"/>
        <location line="+45"/>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <location line="-45"/>
        <location line="+45"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location line="+9"/>
        <source>Connecting…</source>
        <translation>Verbindet…</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>with credentials</source>
        <translation>mit Zugangsdaten</translation>
    </message>
    <message>
        <location line="+31"/>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
</context>
<context>
    <name>antiphon::HostController</name>
    <message>
        <location filename="../app/gui/controllers/hostcontroller.cpp" line="+25"/>
        <source>Listening on %1</source>
        <translation>Hört auf %1</translation>
    </message>
    <message>
        <location line="+26"/>
        <source>No script is chosen.</source>
        <translation>Kein Skript ist gewählt.</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>Starting %1</source>
        <translation>Startet %1</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <location line="+24"/>
        <source>(no request)</source>
        <translation>(keine Anfrage)</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>the client had gone</source>
        <translation>der Client war schon weg</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>notified</source>
        <translation>benachrichtigt</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
</context>
<context>
    <name>antiphon::HostPage</name>
    <message>
        <location filename="../app/gui/pages/hostpage.cpp" line="+46"/>
        <source>Script (.js)</source>
        <translation>Skript (.js)</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Script</source>
        <translation>Skript</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>any port</source>
        <translation>beliebiger Port</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>Connect to &amp;it</source>
        <translation>&amp;Damit verbinden</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>Requests to the host</source>
        <translation>Anfragen an den Host</translation>
    </message>
    <message>
        <location line="+11"/>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Response</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <location line="+39"/>
        <source>Requests appear in the log while a script is hosted; their bytes appear here.</source>
        <translation>Anfragen erscheinen im Protokoll, solange ein Skript angeboten wird; ihre Bytes erscheinen hier.</translation>
    </message>
    <message>
        <location line="+6"/>
        <source>This line is a message of the script.</source>
        <translation>Diese Zeile ist eine Meldung des Skripts.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Nothing was sent back.</source>
        <translation>Nichts wurde zurückgesendet.</translation>
    </message>
</context>
<context>
    <name>antiphon::MainWindow</name>
    <message>
        <location filename="../app/gui/mainwindow.cpp" line="+60"/>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <location line="+55"/>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>&amp;Call</source>
        <translation>&amp;Aufrufen</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>&amp;Host</source>
        <translation>&amp;Host</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>&amp;Host panel</source>
        <translation>&amp;Host-Leiste</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>H&amp;elp</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <location line="+28"/>
        <source>About Antiphon</source>
        <translation>Über Antiphon</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Antiphon %1

Explores, calls and hosts XML-RPC and JSON-RPC servers.</source>
        <translation>Antiphon %1

Erkundet, ruft und bietet Server für XML-RPC und JSON-RPC an.</translation>
    </message>
    <message>
        <location line="+30"/>
        <source>%1 – Antiphon</source>
        <translation>%1 – Antiphon</translation>
    </message>
    <message>
        <location line="+14"/>
        <source>&amp;Stop hosting</source>
        <translation>Anbieten &amp;anhalten</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>&amp;Start hosting</source>
        <translation>Anbieten &amp;starten</translation>
    </message>
    <message>
        <location line="+9"/>
        <source>Open script</source>
        <translation>Skript öffnen</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Scripts (*.js)</source>
        <translation>Skripte (*.js)</translation>
    </message>
</context>
<context>
    <name>antiphon::MessageModel</name>
    <message>
        <location filename="../app/gui/models/messagemodel.cpp" line="+100"/>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Content</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Answered with</source>
        <translation>Beantwortet mit</translation>
    </message>
</context>
<context>
    <name>antiphon::MessagesDock</name>
    <message>
        <location filename="../app/gui/pages/messagesdock.cpp" line="+28"/>
        <source>What the other end said of its own accord</source>
        <translation>Was die Gegenstelle von sich aus gesagt hat</translation>
    </message>
    <message>
        <location line="+51"/>
        <source>No new messages</source>
        <translation>Keine neuen Nachrichten</translation>
    </message>
    <message numerus="yes">
        <location line="+0"/>
        <source>%Ln new messages</source>
        <translation>
            <numerusform>%Ln neue Nachricht</numerusform>
            <numerusform>%Ln neue Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Messages (%1)</source>
        <translation>Nachrichten (%1)</translation>
    </message>
</context>
<context>
    <name>antiphon::MessagesPage</name>
    <message>
        <location filename="../app/gui/pages/messagespage.cpp" line="+53"/>
        <source>Messages of the other end</source>
        <translation>Nachrichten der Gegenstelle</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>Copy message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <location line="+30"/>
        <source>Bytes received</source>
        <translation>Empfangene Bytes</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Value of the message</source>
        <translation>Wert der Nachricht</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>Bytes sent</source>
        <translation>Gesendete Bytes</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message numerus="yes">
        <location line="+16"/>
        <source>%Ln entries</source>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message>
        <location line="+3"/>
        <source>The newest %1 entries; %2 older ones have gone. Up to %3 entries and %4 are kept.</source>
        <translation>Die neuesten %1 Einträge; %2 ältere sind entfallen. Bis zu %3 Einträge und %4 werden behalten.</translation>
    </message>
    <message>
        <location line="+20"/>
        <source>The message is empty.</source>
        <translation>Die Nachricht ist leer.</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>This line tells of the connection; no bytes belong to it.</source>
        <translation>Diese Zeile handelt von der Verbindung; zu ihr gehören keine Bytes.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>No answer is due.</source>
        <translation>Es wird keine Antwort erwartet.</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Nothing was sent back.</source>
        <translation>Nichts wurde zurückgesendet.</translation>
    </message>
    <message>
        <location line="+8"/>
        <source>What the other end says of its own accord appears in the list; its bytes appear here.</source>
        <translation>Was die Gegenstelle von sich aus sagt, erscheint in der Liste; die Bytes erscheinen hier.</translation>
    </message>
    <message>
        <location line="+17"/>
        <source>message</source>
        <translation>Nachricht</translation>
    </message>
</context>
<context>
    <name>antiphon::MethodPanel</name>
    <message>
        <location filename="../app/gui/pages/methodpanel.cpp" line="+39"/>
        <location line="+1"/>
        <source>Filter methods</source>
        <translation>Methoden filtern</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>Methods</source>
        <translation>Methoden</translation>
    </message>
    <message>
        <location line="+73"/>
        <source>Methods appear here when a server is connected.</source>
        <translation>Hier erscheinen die Methoden, wenn ein Server verbunden ist.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>The server lists no methods.</source>
        <translation>Der Server nennt keine Methoden.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>No method matches the filter.</source>
        <translation>Keine Methode passt zum Filter.</translation>
    </message>
</context>
<context>
    <name>antiphon::ParamForm</name>
    <message>
        <location filename="../widgets/paramform/paramform.cpp" line="+56"/>
        <source>JSON, or text</source>
        <translation>JSON oder Text</translation>
    </message>
    <message>
        <location line="+37"/>
        <source>The params text cannot be shown as a form: %1</source>
        <translation>Der Parametertext lässt sich nicht als Formular zeigen: %1</translation>
    </message>
    <message>
        <location line="+24"/>
        <source>This method takes no params.</source>
        <translation>Diese Methode hat keine Parameter.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>The server does not tell the params of this method.</source>
        <translation>Der Server nennt die Parameter dieser Methode nicht.</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>&amp;Add a param</source>
        <translation>Parameter &amp;hinzufügen</translation>
    </message>
    <message>
        <location line="+36"/>
        <source>Send this optional param</source>
        <translation>Diesen wahlfreien Parameter senden</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Send %1</source>
        <translation>%1 senden</translation>
    </message>
    <message>
        <location line="+21"/>
        <source>Remove this param</source>
        <translation>Diesen Parameter entfernen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Remove param %1</source>
        <translation>Parameter %1 entfernen</translation>
    </message>
    <message>
        <location line="+39"/>
        <source>This text can only be edited under Raw.</source>
        <translation>Dieser Text lässt sich nur unter Text bearbeiten.</translation>
    </message>
    <message>
        <location filename="../widgets/paramform/paramtext.cpp" line="+200"/>
        <location line="+24"/>
        <source>params are an array [...] or an object {...}</source>
        <translation>Parameter sind ein Array [...] oder ein Objekt {...}</translation>
    </message>
    <message>
        <location line="+86"/>
        <source>a value is missing</source>
        <translation>ein Wert fehlt</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>not %1</source>
        <translation>kein %1</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>%1, not %2</source>
        <translation>%1 statt %2</translation>
    </message>
</context>
<context>
    <name>antiphon::PeerMessage</name>
    <message>
        <location filename="../app/workspace/peermessage.cpp" line="+62"/>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Disconnected</source>
        <translation>Getrennt</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>No connection</source>
        <translation>Keine Verbindung</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Notification</source>
        <translation>Benachrichtigung</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Call</source>
        <translation>Aufruf</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Stray answer</source>
        <translation>Antwort ohne Aufruf</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Second answer</source>
        <translation>Zweite Antwort</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Late answer</source>
        <translation>Verspätete Antwort</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Unreadable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Binary frame</source>
        <translation>Binärer Frame</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Standard error</source>
        <translation>Fehlerausgabe</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Echo</source>
        <translation>Echo</translation>
    </message>
    <message>
        <location line="+19"/>
        <source>notification: %1</source>
        <translation>Benachrichtigung: %1</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>called by the other end: %1</source>
        <translation>von der Gegenstelle aufgerufen: %1</translation>
    </message>
</context>
<context>
    <name>antiphon::PeerWatch</name>
    <message>
        <location filename="../app/workspace/peerwatch.cpp" line="+105"/>
        <source>%1, by this end</source>
        <translation>%1, von dieser Seite</translation>
    </message>
    <message>
        <location line="+21"/>
        <source>not answered: the connection had ended</source>
        <translation>nicht beantwortet: die Verbindung war schon beendet</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
</context>
<context>
    <name>antiphon::ReplyPage</name>
    <message>
        <location filename="../app/gui/pages/replypage.cpp" line="+70"/>
        <source>Check the spelling of the host, and the network.</source>
        <translation>Schreibweise des Hosts und das Netz prüfen.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Check that the server runs, and its port.</source>
        <translation>Prüfen, ob der Server läuft, und seinen Port.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>The certificate is not trusted here, or the server does not speak TLS.</source>
        <translation>Dem Zertifikat wird hier nicht vertraut, oder der Server spricht kein TLS.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>The server may still be working on the call.</source>
        <translation>Der Server arbeitet vielleicht noch am Aufruf.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Credentials are set beside the address.</source>
        <translation>Zugangsdaten werden neben der Adresse eingestellt.</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>The bytes that came are under Response. The path or the protocol may be wrong.</source>
        <translation>Die Bytes, die kamen, stehen unter Antwort. Pfad oder Protokoll sind vielleicht falsch.</translation>
    </message>
    <message>
        <location line="+18"/>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <location line="+0"/>
        <location line="+36"/>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location line="-35"/>
        <source>Phase</source>
        <translation>Abschnitt</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>After</source>
        <translation>Nach</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <location line="+0"/>
        <source>Severity</source>
        <translation>Schwere</translation>
    </message>
    <message>
        <location line="+29"/>
        <source>Bytes sent</source>
        <translation>Gesendete Bytes</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Bytes received</source>
        <translation>Empfangene Bytes</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>The bytes that were sent appear here.</source>
        <translation>Hier erscheinen die gesendeten Bytes.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>The bytes that came back appear here.</source>
        <translation>Hier erscheinen die empfangenen Bytes.</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+30"/>
        <source>No reply yet</source>
        <translation>Noch keine Antwort</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>Notified</source>
        <translation>Benachrichtigt</translation>
    </message>
    <message>
        <location line="+8"/>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Result, with errors</source>
        <translation>Ergebnis, mit Fehlern</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <location line="+15"/>
        <source>Error %1</source>
        <translation>Fehler %1</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>data</source>
        <translation>data</translation>
    </message>
    <message>
        <location line="-174"/>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <location line="+177"/>
        <source>Nothing was sent.</source>
        <translation>Nichts wurde gesendet.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Nothing came back.</source>
        <translation>Nichts kam zurück.</translation>
    </message>
    <message>
        <location line="-103"/>
        <location line="+136"/>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <location line="-218"/>
        <source>No valid answer</source>
        <translation>Keine gültige Antwort</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Not authorised</source>
        <translation>Nicht berechtigt</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <location line="+78"/>
        <location line="+136"/>
        <source>Response</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <location line="-135"/>
        <source>Headers</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>Timings</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <location line="+4"/>
        <location line="+188"/>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <location line="-164"/>
        <source>Waiting for the reply</source>
        <translation>Wartet auf die Antwort</translation>
    </message>
    <message>
        <location line="+119"/>
        <source>connection reused</source>
        <translation>Verbindung wiederverwendet</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>connecting begun</source>
        <translation>Verbindungsaufbau begonnen</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>TLS up</source>
        <translation>TLS steht</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>request sent</source>
        <translation>Anfrage gesendet</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>head of the answer</source>
        <translation>Kopf der Antwort</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>answer complete</source>
        <translation>Antwort vollständig</translation>
    </message>
    <message>
        <location line="+8"/>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <location line="+11"/>
        <source>line %1, column %2</source>
        <translation>Zeile %1, Spalte %2</translation>
    </message>
    <message>
        <location line="+17"/>
        <source>Findings (%1)</source>
        <translation>Befunde (%1)</translation>
    </message>
</context>
<context>
    <name>antiphon::TrafficModel</name>
    <message>
        <location filename="../widgets/trafficlog/trafficmodel.cpp" line="+78"/>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Client</source>
        <translation>Client</translation>
    </message>
</context>
<context>
    <name>antiphon::ValueTreeModel</name>
    <message numerus="yes">
        <location filename="../widgets/valuetree/valuetreemodel.cpp" line="+228"/>
        <source>%n items</source>
        <translation>
            <numerusform>%n Element</numerusform>
            <numerusform>%n Elemente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location line="+2"/>
        <source>%n members</source>
        <translation>
            <numerusform>%n Mitglied</numerusform>
            <numerusform>%n Mitglieder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location line="-38"/>
        <source>%n bytes</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Bytes</numerusform>
        </translation>
    </message>
    <message>
        <location line="+106"/>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
</context>
<context>
    <name>antiphon::ValueTreeView</name>
    <message>
        <location filename="../widgets/valuetree/valuetreeview.cpp" line="+24"/>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>Copy value</source>
        <translation>Wert kopieren</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
</context>
<context>
    <name>antiphon::WelcomePage</name>
    <message>
        <location filename="../app/gui/pages/welcomepage.cpp" line="+40"/>
        <source>Call a server, or host one</source>
        <translation>Einen Server aufrufen oder anbieten</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>Type the address of an XML-RPC or JSON-RPC server above and press Return. Its methods are listed on the left; nothing is called before you say so.</source>
        <translation>Oben die Adresse eines XML-RPC- oder JSON-RPC-Servers eingeben und die Eingabetaste drücken. Links erscheinen seine Methoden; nichts wird aufgerufen, bevor du es sagst.</translation>
    </message>
    <message>
        <location line="+37"/>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
</context>
<context>
    <name>antiphon::WireView</name>
    <message>
        <location filename="../widgets/wireview/wireview.cpp" line="+32"/>
        <source>Copy bytes</source>
        <translation>Bytes kopieren</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>Show as hex</source>
        <translation>Hexadezimal zeigen</translation>
    </message>
</context>
<context>
    <name>rpc::Client</name>
    <message>
        <location filename="../rpccore/client/answer.cpp" line="+85"/>
        <source>%1; the page says &quot;%2&quot;</source>
        <translation>%1; die Seite sagt „%2“</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>%1; the body reads &quot;%2&quot;</source>
        <translation>%1; der Inhalt lautet „%2“</translation>
    </message>
    <message>
        <location line="+15"/>
        <source>no body</source>
        <translation>ohne Inhalt</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>an HTML page</source>
        <translation>mit einer HTML-Seite</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>a body that is no answer</source>
        <translation>mit einem Inhalt, der keine Antwort ist</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>HTTP %1: the server wants other credentials</source>
        <translation>HTTP %1: der Server verlangt andere Zugangsdaten</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>HTTP %1: the server wants credentials, by %2</source>
        <translation>HTTP %1: Der Server verlangt Zugangsdaten, mit %2</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>HTTP %1: the server points to &quot;%2&quot;; redirects are not followed, because a call would lose its body</source>
        <translation>HTTP %1: der Server verweist auf „%2“; Umleitungen wird nicht gefolgt, weil ein Aufruf dabei seinen Inhalt verlöre</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>HTTP %1, with %2</source>
        <translation>HTTP %1, %2</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the server answered HTTP %1 with an empty body</source>
        <translation>der Server antwortete HTTP %1 ohne Inhalt</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>the server gave no answer</source>
        <translation>der Server hat nicht geantwortet</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>an HTML page came back instead of an answer; is the path right?</source>
        <translation>statt einer Antwort kam eine HTML-Seite; stimmt der Pfad?</translation>
    </message>
    <message numerus="yes">
        <location line="+18"/>
        <source>The answer came as an event of a stream, with %n other message(s) before it.</source>
        <translation>
            <numerusform>Die Antwort kam als Ereignis eines Stroms, mit %n anderer Nachricht davor.</numerusform>
            <numerusform>Die Antwort kam als Ereignis eines Stroms, mit %n anderen Nachrichten davor.</numerusform>
        </translation>
    </message>
    <message>
        <location line="+3"/>
        <source>The answer has no Content-Type.</source>
        <translation>Die Antwort hat keinen Content-Type.</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>The Content-Type of the answer is %1, which is not one of %2.</source>
        <translation>Der Content-Type der Antwort ist %1, das ist keiner von %2.</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>The server closed the connection before all of the bytes were there that its head announced; the answer is whole.</source>
        <translation>Der Server hat die Verbindung geschlossen, bevor alle Bytes da waren, die sein Kopf angekündigt hat; die Antwort ist vollständig.</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>The answer came under HTTP %1.</source>
        <translation>Die Antwort kam unter HTTP %1.</translation>
    </message>
    <message>
        <location line="+35"/>
        <source>The answer has the id %1, the request had %2.</source>
        <translation>Die Antwort hat die Kennung %1, die Anfrage hatte %2.</translation>
    </message>
    <message>
        <location line="+28"/>
        <source>The server answered a notification.</source>
        <translation>Der Server hat eine Benachrichtigung beantwortet.</translation>
    </message>
    <message>
        <location line="+15"/>
        <source>the answer carries the id %1, the request had %2</source>
        <translation>die Antwort trägt die id %1, die Anfrage hatte %2</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpexchange.cpp" line="+371"/>
        <source>no complete answer from %1 within %2</source>
        <translation>keine vollständige Antwort von %1 innerhalb von %2</translation>
    </message>
    <message>
        <location line="-315"/>
        <location filename="../rpccore/client/looptransport.cpp" line="+56"/>
        <location filename="../rpccore/duplex/channeltransport.cpp" line="+75"/>
        <source>the client was closed</source>
        <translation>der Client wurde geschlossen</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpresponsereader.cpp" line="+80"/>
        <source>the answer is larger than %1</source>
        <translation>die Antwort ist größer als %1</translation>
    </message>
    <message>
        <location line="+36"/>
        <location line="+245"/>
        <source>a chunk of the answer is longer than it says</source>
        <translation>ein Chunk der Antwort ist länger, als er angibt</translation>
    </message>
    <message>
        <location line="-210"/>
        <source>in the middle of the head</source>
        <translation>mitten im Kopf</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>in the middle of the body</source>
        <translation>mitten im Inhalt</translation>
    </message>
    <message>
        <location line="+16"/>
        <source>it speaks TLS; perhaps https:// is meant</source>
        <translation>es spricht TLS; vielleicht ist https:// gemeint</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+82"/>
        <source>it begins with &quot;%1&quot;</source>
        <translation>es beginnt mit „%1“</translation>
    </message>
    <message>
        <location line="-66"/>
        <source>the head of the answer is larger than %1</source>
        <translation>der Kopf der Antwort ist größer als %1</translation>
    </message>
    <message>
        <location line="+35"/>
        <source>the head of the answer has more than %1 fields</source>
        <translation>der Kopf der Antwort hat mehr als %1 Felder</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>&quot;%1&quot; is no header field</source>
        <translation>„%1“ ist kein Kopffeld</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>the header field %1 has a control character</source>
        <translation>das Kopffeld %1 enthält ein Steuerzeichen</translation>
    </message>
    <message>
        <location line="+8"/>
        <source>more than %1 interim answers came</source>
        <translation>es kamen mehr als %1 vorläufige Antworten</translation>
    </message>
    <message>
        <location line="+38"/>
        <source>&quot;Status: %1&quot; is no status</source>
        <translation>„Status: %1“ ist kein Status</translation>
    </message>
    <message>
        <location line="+23"/>
        <source>&quot;Content-Length: %1&quot; is no length</source>
        <translation>„Content-Length: %1“ ist keine Länge</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>it has two lengths, %1 and %2</source>
        <translation>es hat zwei Längen, %1 und %2</translation>
    </message>
    <message>
        <location line="+32"/>
        <source>it has a Transfer-Encoding other than &quot;chunked&quot;</source>
        <translation>es hat ein anderes Transfer-Encoding als „chunked“</translation>
    </message>
    <message>
        <location line="+33"/>
        <source>the answer has more framing than content</source>
        <translation>die Antwort hat mehr Rahmen als Inhalt</translation>
    </message>
    <message>
        <location line="+18"/>
        <source>&quot;%1&quot; is no size of a chunk</source>
        <translation>„%1“ ist keine Größe eines Chunks</translation>
    </message>
    <message>
        <location line="+24"/>
        <source>it is not packed with %1, as it says</source>
        <translation>es ist nicht mit %1 gepackt, wie es angibt</translation>
    </message>
    <message>
        <location line="+9"/>
        <source>what was packed with %1 has no end</source>
        <translation>was mit %1 gepackt wurde, hat kein Ende</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>it is packed with &quot;%1&quot;, which nobody asked for</source>
        <translation>es ist mit „%1“ gepackt, worum niemand gebeten hat</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpchannel.cpp" line="+106"/>
        <location line="+195"/>
        <source>there is no proxy called &quot;%1&quot;</source>
        <translation>es gibt keinen Proxy namens „%1“</translation>
    </message>
    <message>
        <location line="-194"/>
        <location line="+201"/>
        <source>there is no host called &quot;%1&quot;</source>
        <translation>es gibt keinen Host namens „%1“</translation>
    </message>
    <message>
        <location line="-96"/>
        <source>there is no socket %1</source>
        <translation>es gibt keinen Socket %1</translation>
    </message>
    <message>
        <location line="+47"/>
        <source>the server refused the connection; it probably wants a client certificate (%1)</source>
        <translation>der Server lehnte die Verbindung ab; wahrscheinlich verlangt er ein Client-Zertifikat (%1)</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>the server refused the client certificate (%1)</source>
        <translation>der Server lehnte das Client-Zertifikat ab (%1)</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the server does not speak TLS there; perhaps http:// is meant</source>
        <translation>der Server spricht dort kein TLS; vielleicht ist http:// gemeint</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the server closed the connection in the handshake; perhaps it wants a client certificate</source>
        <translation>der Server schloss die Verbindung beim Handshake; vielleicht verlangt er ein Client-Zertifikat</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>the server closed the connection in the handshake</source>
        <translation>der Server schloss die Verbindung beim Handshake</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>TLS with %1 failed: %2</source>
        <translation>TLS mit %1 schlug fehl: %2</translation>
    </message>
    <message>
        <location line="+28"/>
        <source>the proxy %1 wants other credentials</source>
        <translation>der Proxy %1 verlangt andere Zugangsdaten</translation>
    </message>
    <message>
        <location line="+7"/>
        <location line="+5"/>
        <source>the proxy %1 does not serve: %2</source>
        <translation>der Proxy %1 vermittelt nicht: %2</translation>
    </message>
    <message numerus="yes">
        <location filename="../rpccore/client/httpexchange.cpp" line="+134"/>
        <source>%1 ended its event stream without an answer; %n other message(s) came</source>
        <translation>
            <numerusform>%1 beendete den Ereignisstrom ohne Antwort; %n andere Nachricht kam</numerusform>
            <numerusform>%1 beendete den Ereignisstrom ohne Antwort; %n andere Nachrichten kamen</numerusform>
        </translation>
    </message>
    <message>
        <location line="+31"/>
        <source>%1 closed the connection in the middle of its answer</source>
        <translation>%1 schloss die Verbindung mitten in der Antwort</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>%1 closed the connection without an answer; it may or may not have acted on the call. The call was sent once and is not repeated</source>
        <translation>%1 schloss die Verbindung ohne Antwort; ob der Aufruf ausgeführt wurde, ist unbekannt. Er wurde einmal gesendet und wird nicht wiederholt</translation>
    </message>
    <message>
        <location line="+143"/>
        <source>no connection to %1 within %2</source>
        <translation>keine Verbindung zu %1 innerhalb von %2</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>%1 did not begin to answer within %2</source>
        <translation>%1 begann nicht innerhalb von %2 zu antworten</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpchannel.cpp" line="-97"/>
        <location line="+99"/>
        <source>nothing answers at %1: the connection was refused</source>
        <translation>bei %1 antwortet niemand: die Verbindung wurde abgelehnt</translation>
    </message>
    <message>
        <location line="-98"/>
        <location line="+99"/>
        <location line="+2"/>
        <location line="+11"/>
        <source>%1 cannot be reached: %2</source>
        <translation>%1 ist nicht erreichbar: %2</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpexchange.cpp" line="-142"/>
        <source>what %1 sent is not HTTP: %2</source>
        <translation>was %1 sendete, ist kein HTTP: %2</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httpsession.cpp" line="+38"/>
        <source>the header field &quot;%1&quot; cannot be sent: its name or its value has a character that HTTP does not allow there</source>
        <translation>das Kopffeld „%1“ kann nicht gesendet werden: sein Name oder sein Wert hat ein Zeichen, das HTTP dort nicht erlaubt</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>the header field &quot;%1&quot; cannot be set: it follows from the body</source>
        <translation>das Kopffeld „%1“ kann nicht gesetzt werden: es ergibt sich aus dem Inhalt</translation>
    </message>
    <message>
        <location filename="../rpccore/client/batchanswer.cpp" line="+21"/>
        <source>the server did not answer this call</source>
        <translation>der Server hat diesen Aufruf nicht beantwortet</translation>
    </message>
    <message>
        <location line="+20"/>
        <source>the batch was answered by a single result instead of an array of answers</source>
        <translation>der Batch wurde mit einem einzelnen Ergebnis beantwortet statt mit einer Liste von Antworten</translation>
    </message>
    <message>
        <location line="+34"/>
        <source>Member %1 is no answer: %2.</source>
        <translation>Element %1 ist keine Antwort: %2.</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>Answer %1 does not say by an id what it answers.</source>
        <translation>Antwort %1 sagt nicht durch eine id, was sie beantwortet.</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>Answer %1 has the id %2, which none of the calls has.</source>
        <translation>Antwort %1 hat die id %2, die kein Aufruf hat.</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>Answer %1 is another one to the id %2.</source>
        <translation>Antwort %1 ist eine weitere zur id %2.</translation>
    </message>
    <message>
        <location line="+16"/>
        <source>Call %1, &quot;%2&quot; with the id %3, is not answered.</source>
        <translation>Aufruf %1, „%2“ mit der id %3, ist nicht beantwortet.</translation>
    </message>
    <message>
        <location line="+87"/>
        <source>The server answered a batch of notifications.</source>
        <translation>Der Server hat einen Batch aus Benachrichtigungen beantwortet.</translation>
    </message>
    <message>
        <location filename="../rpccore/client/looptransport.cpp" line="-21"/>
        <location filename="../rpccore/duplex/channelexchange.cpp" line="+50"/>
        <source>no answer within %1</source>
        <translation>keine Antwort innerhalb von %1</translation>
    </message>
    <message>
        <location line="+37"/>
        <source>the call was dropped without an answer</source>
        <translation>der Aufruf wurde ohne Antwort fallen gelassen</translation>
    </message>
    <message>
        <location filename="../rpccore/client/multicallanswer.cpp" line="+103"/>
        <source>The results stand in the list as they are, without an array of one around each.</source>
        <translation>Die Ergebnisse stehen so, wie sie sind, in der Liste, nicht jedes in einer Liste mit einem Element.</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>The faultCode is %1, not int.</source>
        <translation>Der faultCode ist %1, nicht int.</translation>
    </message>
    <message>
        <location line="+17"/>
        <source>The error has code and message instead of faultCode and faultString.</source>
        <translation>Der Fehler hat code und message statt faultCode und faultString.</translation>
    </message>
    <message>
        <location line="+28"/>
        <source>%1 answered %2, not an array.</source>
        <translation>%1 hat %2 geantwortet, keine Liste.</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>%1 answered %2 instead of an array</source>
        <translation>%1 hat %2 geantwortet statt einer Liste</translation>
    </message>
    <message>
        <location line="+11"/>
        <source>The list has %1 answers to %2 calls.</source>
        <translation>Die Liste hat %1 Antworten auf %2 Aufrufe.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>%1 gave %2 answers to %3 calls; which one belongs to which call cannot be told</source>
        <translation>%1 gab %2 Antworten auf %3 Aufrufe; welche zu welchem Aufruf gehört, lässt sich nicht sagen</translation>
    </message>
    <message>
        <location filename="../rpccore/client/typedcall.cpp" line="+22"/>
        <source>the result does not fit: %1</source>
        <translation>das Ergebnis passt nicht: %1</translation>
    </message>
    <message>
        <location filename="../rpccore/client/httppeer.cpp" line="+30"/>
        <source>&quot;%1&quot; is no address to call; it looks like http://host:port/path, https://host/path or http+unix:///path/of.sock:/path</source>
        <translation>„%1“ ist keine Adresse, die sich aufrufen lässt; sie sieht so aus: http://host:port/pfad, https://host/pfad oder http+unix:///pfad/zum.sock:/pfad</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>&quot;%1&quot; is no address to call; it looks like scgi://host:port/path or scgi+unix:///path/of.sock:/path</source>
        <translation>„%1“ ist keine Adresse, die sich aufrufen lässt; sie sieht so aus: scgi://host:port/pfad oder scgi+unix:///pfad/zum.sock:/pfad</translation>
    </message>
    <message>
        <location line="+20"/>
        <source>through the HTTP proxy %1</source>
        <translation>durch den HTTP-Proxy %1</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>through the SOCKS5 proxy %1</source>
        <translation>durch den SOCKS5-Proxy %1</translation>
    </message>
    <message>
        <location line="+34"/>
        <source>HTTP through %1</source>
        <translation>HTTP durch %1</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>SCGI through %1</source>
        <translation>SCGI durch %1</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channelexchange.cpp" line="+2"/>
        <source>the answers to the calls before were not there within %1; nothing was sent</source>
        <translation>die Antworten auf die Aufrufe davor waren innerhalb von %1 nicht da; nichts wurde gesendet</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>there was no connection within %1; nothing was sent</source>
        <translation>innerhalb von %1 kam keine Verbindung zustande; nichts wurde gesendet</translation>
    </message>
    <message>
        <location line="+42"/>
        <source>The answer came in a binary message.</source>
        <translation>Die Antwort kam in einer binären Nachricht.</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>A byte order mark stands before the header of the answer.</source>
        <translation>Vor dem Kopf der Antwort steht eine Bytereihenfolge-Marke.</translation>
    </message>
    <message>
        <location line="+24"/>
        <source>%1; what was sent came back</source>
        <translation>%1; zurück kam, was gesendet wurde</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>%1; %2 came that are no answer: &quot;%3&quot;</source>
        <translation>%1; %2 kamen, die keine Antwort sind: „%3“</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>%1; nothing came back</source>
        <translation>%1; nichts kam zurück</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channeltransport.cpp" line="+79"/>
        <source>%1 carries JSON-RPC only: XML-RPC has no ids to tell its answers by, and needs HTTP</source>
        <translation>%1 befördert nur JSON-RPC: XML-RPC hat keine ids, an denen sich Antworten erkennen ließen, und braucht HTTP</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>this connection</source>
        <translation>diese Verbindung</translation>
    </message>
    <message>
        <location line="+22"/>
        <source>a call with the id %1 is under way: the answers to the two could not be told apart</source>
        <translation>ein Aufruf mit der id %1 ist unterwegs: die Antworten auf beide wären nicht zu unterscheiden</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>the other end does not take what it is sent</source>
        <translation>die Gegenstelle nimmt nicht ab, was ihr gesendet wird</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>the other end closed the connection</source>
        <translation>die Gegenstelle schloss die Verbindung</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channelanswers.cpp" line="+68"/>
        <source>the other end does not read what it is sent: more than %1 wait for it</source>
        <translation>die Gegenstelle liest nicht, was ihr gesendet wird: mehr als %1 warten auf sie</translation>
    </message>
    <message>
        <location line="+55"/>
        <source>A binary frame of %1 came; JSON-RPC travels in text frames.</source>
        <translation>Ein binärer Frame von %1 kam; JSON-RPC wird in Text-Frames befördert.</translation>
    </message>
    <message>
        <location line="+70"/>
        <source>A message came that is no JSON-RPC: %1.</source>
        <translation>Eine Nachricht kam, die kein JSON-RPC ist: %1.</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channeltransport.cpp" line="+131"/>
        <source>%1; the other end may or may not have acted on the call. The call was sent once and is not repeated</source>
        <translation>%1; ob die Gegenstelle den Aufruf ausgeführt hat, ist unbekannt. Er wurde einmal gesendet und wird nicht wiederholt</translation>
    </message>
    <message>
        <location line="+25"/>
        <source>the other end closed its side of the connection</source>
        <translation>die Gegenstelle schloss ihre Seite der Verbindung</translation>
    </message>
    <message>
        <location line="+26"/>
        <source>Text came that is no JSON-RPC.</source>
        <translation>Text kam, der kein JSON-RPC ist.</translation>
    </message>
    <message>
        <location line="+23"/>
        <source>A batch of answers came, of which a member is no JSON-RPC.</source>
        <translation>Ein Batch aus Antworten kam, in dem ein Eintrag kein JSON-RPC ist.</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channelanswers.cpp" line="-1"/>
        <location filename="../rpccore/duplex/channeltransport.cpp" line="+1"/>
        <source>A message came that is no JSON-RPC.</source>
        <translation>Eine Nachricht kam, die kein JSON-RPC ist.</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/channelothers.cpp" line="+47"/>
        <source>An answer without an id came, and it cannot be told whose it is.</source>
        <translation>Eine Antwort ohne id kam, und es lässt sich nicht sagen, zu wem sie gehört.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>A second answer came to the call with the id %1.</source>
        <translation>Auf den Aufruf mit der id %1 kam eine zweite Antwort.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>The answer to the call with the id %1 came after it was given up.</source>
        <translation>Die Antwort auf den Aufruf mit der id %1 kam, als er schon aufgegeben war.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>An answer came with the id %1, which no call has.</source>
        <translation>Eine Antwort kam mit der id %1, die kein Aufruf hat.</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>%1 more answers in the same batch belong to no call.</source>
        <translation>%1 weitere Antworten im selben Batch gehören zu keinem Aufruf.</translation>
    </message>
    <message>
        <location line="+32"/>
        <source>The other end sent back what it was sent.</source>
        <translation>Die Gegenstelle sandte zurück, was ihr gesendet wurde.</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>The other end sent back the call of %1.</source>
        <translation>Die Gegenstelle sandte den Aufruf von %1 zurück.</translation>
    </message>
    <message>
        <location line="+15"/>
        <source>A message came that is no XML-RPC.</source>
        <translation>Eine Nachricht kam, die kein XML-RPC ist.</translation>
    </message>
    <message>
        <location line="+9"/>
        <source>An answer of XML-RPC came, and nothing was asked.</source>
        <translation>Eine Antwort in XML-RPC kam, und nichts war gefragt.</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>The answer to a call over XML-RPC came after it was given up.</source>
        <translation>Die Antwort auf einen Aufruf über XML-RPC kam, nachdem er aufgegeben war.</translation>
    </message>
</context>
<context>
    <name>rpc::Discovery</name>
    <message>
        <location filename="../rpccore/discovery/discovery.cpp" line="+132"/>
        <source>Asked for %1 over %2: %3</source>
        <translation>Nach %1 über %2 gefragt: %3</translation>
    </message>
    <message>
        <location line="+12"/>
        <source>the server answers neither protocol when it is asked for its methods; with the protocol named it is called without asking</source>
        <translation>der Server antwortet in keinem der Protokolle, wenn er nach seinen Methoden gefragt wird; wird das Protokoll genannt, wird er ohne Frage aufgerufen</translation>
    </message>
    <message>
        <location line="+21"/>
        <source>The server answers in %1, too, where it does not list its methods.</source>
        <translation>Der Server antwortet auch in %1, wo er seine Methoden nicht auflistet.</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>The server does not list its methods: %1 answered with error %2, &quot;%3&quot;. Calling a method by its name still works.</source>
        <translation>Der Server nennt seine Methoden nicht: %1 antwortete mit Fehler %2, „%3“. Eine Methode beim Namen aufzurufen geht trotzdem.</translation>
    </message>
    <message>
        <location line="+41"/>
        <source>The server does not list %1.</source>
        <translation>Der Server nennt %1 nicht.</translation>
    </message>
    <message>
        <location line="+28"/>
        <source>%1(&quot;%2&quot;): %3</source>
        <translation>%1(&quot;%2&quot;): %3</translation>
    </message>
    <message>
        <location line="+19"/>
        <source>%1 of %2 questions about methods were answered with an error; the first: %3</source>
        <translation>%1 von %2 Fragen nach Methoden wurden mit einem Fehler beantwortet; die erste: %3</translation>
    </message>
</context>
<context>
    <name>rpc::HttpListener</name>
    <message>
        <location filename="../rpccore/httpserver/httplistener.cpp" line="+26"/>
        <source>CORS with credentials needs the origins by name: &quot;*&quot; would let every page act for whoever looks at it</source>
        <translation>CORS mit Zugangsdaten braucht die Origins beim Namen: „*“ ließe jede Seite für den handeln, der sie ansieht</translation>
    </message>
    <message>
        <location line="+102"/>
        <source>port %1 on %2 is in use by another program; choose another port, or 0 for any free one</source>
        <translation>Port %1 auf %2 ist von einem anderen Programm belegt; einen anderen wählen, oder 0 für irgendeinen freien</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>cannot listen on %1 port %2: %3</source>
        <translation>auf %1 Port %2 kann nicht gehört werden: %3</translation>
    </message>
</context>
<context>
    <name>rpc::MessageChannel</name>
    <message>
        <location filename="../rpccore/channel/framingtext.h" line="+34"/>
        <source>the other end speaks HTTP, and this is no HTTP connection</source>
        <translation>die Gegenstelle spricht HTTP, und dies ist keine HTTP-Verbindung</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/framing.cpp" line="+198"/>
        <source>a message of the other end is larger than %1 bytes</source>
        <translation>eine Nachricht der Gegenstelle ist größer als %1 Bytes</translation>
    </message>
    <message>
        <location line="+48"/>
        <source>the header fields before a message are larger than %1 bytes</source>
        <translation>die Kopffelder vor einer Nachricht sind größer als %1 Bytes</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>what stands before a message is no header field</source>
        <translation>was vor einer Nachricht steht, ist kein Kopffeld</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>a message has two Content-Length fields</source>
        <translation>eine Nachricht hat zwei Kopffelder Content-Length</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the Content-Length before a message is no number</source>
        <translation>die Content-Length vor einer Nachricht ist keine Zahl</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the header fields before a message have no Content-Length</source>
        <translation>unter den Kopffeldern vor einer Nachricht fehlt Content-Length</translation>
    </message>
    <message>
        <location line="+23"/>
        <location line="+5"/>
        <source>a netstring begins with its length and a colon</source>
        <translation>ein Netstring beginnt mit seiner Länge und einem Doppelpunkt</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>a netstring does not end with a comma</source>
        <translation>ein Netstring endet nicht mit einem Komma</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/acceptedchannel.cpp" line="+123"/>
        <location filename="../rpccore/channel/localchannel.cpp" line="+63"/>
        <source>the other end closed the connection</source>
        <translation>die Gegenstelle schloss die Verbindung</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/localchannel.cpp" line="+1"/>
        <location filename="../rpccore/channel/socketerror.cpp" line="+42"/>
        <source>%1 closed the connection</source>
        <translation>%1 schloss die Verbindung</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>there is no socket at %1</source>
        <translation>bei %1 gibt es keinen Socket</translation>
    </message>
    <message>
        <location line="+3"/>
        <location filename="../rpccore/channel/socketerror.cpp" line="-13"/>
        <source>nothing answers at %1: the connection was refused</source>
        <translation>bei %1 antwortet niemand: die Verbindung wurde abgelehnt</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the socket %1 may not be used by this user</source>
        <translation>dieser Benutzer darf den Socket %1 nicht benutzen</translation>
    </message>
    <message>
        <location line="+3"/>
        <location filename="../rpccore/channel/socketerror.cpp" line="+16"/>
        <source>%1 cannot be reached: %2</source>
        <translation>%1 ist nicht erreichbar: %2</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/processchannel.cpp" line="+120"/>
        <location line="+83"/>
        <source>the program %1 cannot be started: %2</source>
        <translation>das Programm %1 kann nicht gestartet werden: %2</translation>
    </message>
    <message>
        <location line="-42"/>
        <source>the program %1 was ended by a signal</source>
        <translation>das Programm %1 wurde durch ein Signal beendet</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>the program %1 ended with status %2</source>
        <translation>das Programm %1 endete mit Status %2</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/acceptedchannel.cpp" line="+21"/>
        <location filename="../rpccore/channel/messagechannel.cpp" line="+63"/>
        <location line="+25"/>
        <source>the connection was closed</source>
        <translation>die Verbindung wurde geschlossen</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/messagechannel.cpp" line="-71"/>
        <source>%1 could not be opened within %2 ms</source>
        <translation>%1 ließ sich nicht innerhalb von %2 ms öffnen</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/streamchannel.cpp" line="+28"/>
        <source>a message was begun and did not come to its end</source>
        <translation>eine Nachricht wurde begonnen und kam nicht zu ihrem Ende</translation>
    </message>
    <message>
        <location line="+149"/>
        <source>one line a message (seen in what the other end sent)</source>
        <translation>eine Zeile je Nachricht (an dem erkannt, was die Gegenstelle sendete)</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+38"/>
        <source>one line a message</source>
        <translation>eine Zeile je Nachricht</translation>
    </message>
    <message>
        <location line="-36"/>
        <source>Content-Length before each message (seen in what the other end sent)</source>
        <translation>Content-Length vor jeder Nachricht (an dem erkannt, was die Gegenstelle sendete)</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+24"/>
        <source>Content-Length before each message</source>
        <translation>Content-Length vor jeder Nachricht</translation>
    </message>
    <message>
        <location line="-22"/>
        <source>netstrings (seen in what the other end sent)</source>
        <translation>Netstrings (an dem erkannt, was die Gegenstelle sendete)</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+23"/>
        <source>netstrings</source>
        <translation>Netstrings</translation>
    </message>
    <message>
        <location line="-21"/>
        <source>a NUL behind each message (seen in what the other end sent)</source>
        <translation>ein NUL hinter jeder Nachricht (gesehen in dem, was die Gegenstelle sandte)</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+24"/>
        <source>a NUL behind each message</source>
        <translation>ein NUL hinter jeder Nachricht</translation>
    </message>
    <message>
        <location line="-22"/>
        <source>messages with nothing between them (seen in what the other end sent)</source>
        <translation>Nachrichten mit nichts dazwischen (gesehen in dem, was die Gegenstelle sandte)</translation>
    </message>
    <message>
        <location line="+1"/>
        <location line="+19"/>
        <source>messages with nothing between them</source>
        <translation>Nachrichten mit nichts dazwischen</translation>
    </message>
    <message>
        <location line="+10"/>
        <source>it was written with %1, as no framing was named, and %2+%3: is what the other end does</source>
        <translation>geschrieben wurde mit %1, da keine Rahmung genannt war, und %2+%3: ist, was die Gegenstelle tut</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>it was written with %1, as no framing was named: a language server or a debug adapter wants %2+lsp:, others %2+netstring:, %2+nul: or %2+bare:</source>
        <translation>geschrieben wurde mit %1, da keine Rahmung genannt war: ein Sprachserver oder Debug-Adapter will %2+lsp:, andere %2+netstring:, %2+nul: oder %2+bare:</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>it was written with %1, as %2+%3: says; others want %4</source>
        <translation>geschrieben wurde mit %1, wie %2+%3: es sagt; andere wollen %4</translation>
    </message>
    <message>
        <location line="-31"/>
        <source>one line a message, until the other end shows how it does it</source>
        <translation>eine Zeile je Nachricht, bis die Gegenstelle zeigt, wie sie es hält</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/socketerror.cpp" line="-18"/>
        <source>there is no host called &quot;%1&quot;</source>
        <translation>es gibt keinen Host namens „%1“</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>TLS with %1 failed: %2</source>
        <translation>TLS mit %1 schlug fehl: %2</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>%1 closed the connection during the TLS handshake</source>
        <translation>%1 schloss die Verbindung während des TLS-Handshakes</translation>
    </message>
    <message>
        <location line="+8"/>
        <source>the connection with %1 was lost: %2</source>
        <translation>die Verbindung mit %1 ging verloren: %2</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/websocketchannel.cpp" line="+152"/>
        <source>%1 cannot be sent in the handshake of a WebSocket</source>
        <translation>%1 kann nicht im Handshake eines WebSockets gesendet werden</translation>
    </message>
    <message>
        <location line="+169"/>
        <source>%1 sent a message of more than %2 bytes</source>
        <translation>%1 hat eine Nachricht von mehr als %2 Bytes gesendet</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>%1 broke the rules of WebSocket: %2</source>
        <translation>%1 verstieß gegen die Regeln von WebSocket: %2</translation>
    </message>
    <message>
        <location line="+66"/>
        <source>%1 does not become a WebSocket: it closed the connection</source>
        <translation>%1 wird kein WebSocket: die Verbindung wurde geschlossen</translation>
    </message>
    <message>
        <location line="+6"/>
        <source>%1 closed the WebSocket without a code</source>
        <translation>%1 schloss den WebSocket ohne Code</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>: it takes no message as large as one that was sent</source>
        <translation>: sie nimmt keine Nachricht, die so groß ist wie eine gesendete</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/websockethandshake.cpp" line="+60"/>
        <source>it speaks TLS, so its URL begins with wss:</source>
        <translation>er spricht TLS, seine URL beginnt also mit wss:</translation>
    </message>
    <message>
        <location line="+2"/>
        <location line="+18"/>
        <source>it does not answer in HTTP</source>
        <translation>die Antwort ist kein HTTP</translation>
    </message>
    <message>
        <location line="-3"/>
        <source>its answer has a head of more than %1 bytes</source>
        <translation>der Kopf der Antwort hat mehr als %1 Bytes</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>a field of its answer is malformed</source>
        <translation>ein Feld der Antwort ist fehlerhaft</translation>
    </message>
    <message>
        <location line="+35"/>
        <source>its answer does not name the upgrade to a WebSocket</source>
        <translation>die Antwort nennt den Wechsel zu einem WebSocket nicht</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>its answer does not belong to the key of the handshake</source>
        <translation>die Antwort gehört nicht zum Schlüssel des Handshakes</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>it wants the extension &quot;%1&quot;, which was not offered</source>
        <translation>die Antwort verlangt die Erweiterung „%1“, die nicht angeboten wurde</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>it wants the subprotocol &quot;%1&quot;, which was not offered</source>
        <translation>die Antwort verlangt das Unterprotokoll „%1“, das nicht angeboten wurde</translation>
    </message>
    <message>
        <location line="+14"/>
        <source>it answers HTTP %1</source>
        <translation>die Antwort ist HTTP %1</translation>
    </message>
    <message>
        <location line="+35"/>
        <source>the header field &quot;%1&quot;</source>
        <translation>das Kopffeld „%1“</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the token</source>
        <translation>das Token</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>the origin</source>
        <translation>der Origin</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the subprotocol &quot;%1&quot;</source>
        <translation>das Subprotokoll „%1“</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/websocketchannel.cpp" line="-4"/>
        <source>%1 closed the WebSocket with code %2</source>
        <translation>%1 schloss den WebSocket mit dem Code %2</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/websockethandshake.cpp" line="-50"/>
        <source>%1 does not become a WebSocket: %2</source>
        <translation>%1 wird kein WebSocket: %2</translation>
    </message>
    <message>
        <location filename="../rpccore/channel/websocketchannel.cpp" line="+20"/>
        <source>the other end gave no sign of life for %1 ms</source>
        <translation>die Gegenstelle gab %1 ms lang kein Lebenszeichen</translation>
    </message>
    <message>
        <location filename="../rpccore/duplex/streamtransport.cpp" line="+22"/>
        <source>&quot;%1&quot; is no address to call; it looks like %2</source>
        <translation>„%1“ ist keine Adresse, die sich aufrufen lässt; sie sieht so aus: %2</translation>
    </message>
</context>
<context>
    <name>rpc::ServerTls</name>
    <message>
        <location filename="../rpccore/server/tls.cpp" line="+48"/>
        <source>no certificate could be made: %1</source>
        <translation>es ließ sich kein Zertifikat erzeugen: %1</translation>
    </message>
    <message>
        <location line="+37"/>
        <source>&quot;%1&quot; is neither a host name nor an address</source>
        <translation>„%1“ ist weder ein Hostname noch eine Adresse</translation>
    </message>
    <message>
        <location line="+42"/>
        <source>%1 cannot be written: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <location line="+27"/>
        <source>a certificate is valid for 1 to %1 days</source>
        <translation>ein Zertifikat gilt 1 bis %1 Tage</translation>
    </message>
    <message>
        <location line="+38"/>
        <source>TLS is not available: Qt found no TLS library</source>
        <translation>TLS ist nicht verfügbar: Qt fand keine TLS-Bibliothek</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>a server needs a certificate for TLS</source>
        <translation>für TLS braucht ein Server ein Zertifikat</translation>
    </message>
    <message>
        <location line="+2"/>
        <source>a server needs the private key of its certificate for TLS</source>
        <translation>für TLS braucht ein Server den privaten Schlüssel seines Zertifikats</translation>
    </message>
    <message>
        <location line="+9"/>
        <source>the private key does not belong to the certificate of %1</source>
        <translation>der private Schlüssel gehört nicht zum Zertifikat von %1</translation>
    </message>
    <message>
        <location line="+3"/>
        <source>the authorities that clients&apos; certificates are signed by are missing</source>
        <translation>es fehlen die Zertifizierungsstellen, die die Zertifikate der Clients unterschrieben haben</translation>
    </message>
</context>
<context>
    <name>rpc::StreamListener</name>
    <message>
        <location filename="../rpccore/server/streamlistener.cpp" line="+114"/>
        <source>TLS is for TCP, not for the socket %1</source>
        <translation>TLS gibt es über TCP, nicht für den Socket %1</translation>
    </message>
    <message>
        <location line="+7"/>
        <source>another program answers at %1</source>
        <translation>bei %1 antwortet ein anderes Programm</translation>
    </message>
    <message>
        <location line="+5"/>
        <source>%1 is there and cannot be asked whether it is in use: %2</source>
        <translation>%1 ist vorhanden, und ob es benutzt wird, lässt sich nicht erfragen: %2</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>%1 is there and is no socket; it is left alone</source>
        <translation>%1 ist vorhanden und kein Socket; es bleibt unangetastet</translation>
    </message>
    <message>
        <location line="+6"/>
        <source>cannot listen at %1: %2</source>
        <translation>bei %1 kann nicht gehört werden: %2</translation>
    </message>
    <message>
        <location line="+23"/>
        <source>cannot listen on %1 port %2: %3</source>
        <translation>auf %1 Port %2 kann nicht gehört werden: %3</translation>
    </message>
</context>
<context>
    <name>rpc::TlsOptions</name>
    <message>
        <location filename="../rpccore/core/tlsoptions.cpp" line="+25"/>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <location line="+4"/>
        <source>%1 is too large to be a file of certificates</source>
        <translation>%1 ist zu groß für eine Datei mit Zertifikaten</translation>
    </message>
    <message>
        <location line="+13"/>
        <source>%1 holds no certificate; a PEM file with &quot;-----BEGIN CERTIFICATE-----&quot; is needed</source>
        <translation>%1 enthält kein Zertifikat; gebraucht wird eine PEM-Datei mit „-----BEGIN CERTIFICATE-----“</translation>
    </message>
    <message>
        <location line="+16"/>
        <source>the private key in %1 is encrypted, and the passphrase does not open it</source>
        <translation>der private Schlüssel in %1 ist verschlüsselt, und die Passphrase öffnet ihn nicht</translation>
    </message>
    <message>
        <location line="+1"/>
        <source>%1 holds no private key; a PEM file with &quot;-----BEGIN PRIVATE KEY-----&quot; is needed</source>
        <translation>%1 enthält keinen privaten Schlüssel; gebraucht wird eine PEM-Datei mit „-----BEGIN PRIVATE KEY-----“</translation>
    </message>
    <message>
        <location line="+11"/>
        <source>&quot;%1&quot; is no SHA-256 of a certificate: 64 hexadecimal digits are, with or without colons, as openssl x509 -fingerprint -sha256 prints them</source>
        <translation>„%1“ ist kein SHA-256 eines Zertifikats: das sind 64 hexadezimale Ziffern, mit oder ohne Doppelpunkte, wie openssl x509 -fingerprint -sha256 sie ausgibt</translation>
    </message>
    <message>
        <location line="+40"/>
        <source>certificate of %1, issued by %2, valid until %3, SHA-256 %4</source>
        <translation>Zertifikat von %1, ausgestellt von %2, gültig bis %3, SHA-256 %4</translation>
    </message>
</context>
</TS>
