<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>antiphon::ConnectionController</name>
    <message numerus="yes">
        <location filename="../app/gui/controllers/connectioncontroller.cpp" line="+112"/>
        <source>%1, %n methods</source>
        <translation>
            <numerusform>%1, %n method</numerusform>
            <numerusform>%1, %n methods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>antiphon::MessagesDock</name>
    <message numerus="yes">
        <location filename="../app/gui/pages/messagesdock.cpp" line="+79"/>
        <source>%Ln new messages</source>
        <translation>
            <numerusform>%Ln new message</numerusform>
            <numerusform>%Ln new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>antiphon::MessagesPage</name>
    <message numerus="yes">
        <location filename="../app/gui/pages/messagespage.cpp" line="+116"/>
        <source>%Ln entries</source>
        <translation>
            <numerusform>%Ln entry</numerusform>
            <numerusform>%Ln entries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>antiphon::ValueTreeModel</name>
    <message numerus="yes">
        <location filename="../widgets/valuetree/valuetreemodel.cpp" line="+228"/>
        <source>%n items</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location line="+2"/>
        <source>%n members</source>
        <translation>
            <numerusform>%n member</numerusform>
            <numerusform>%n members</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location line="-38"/>
        <source>%n bytes</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rpc::Client</name>
    <message numerus="yes">
        <location filename="../rpccore/client/answer.cpp" line="+148"/>
        <source>The answer came as an event of a stream, with %n other message(s) before it.</source>
        <translation>
            <numerusform>The answer came as an event of a stream, with %n other message before it.</numerusform>
            <numerusform>The answer came as an event of a stream, with %n other messages before it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <location filename="../rpccore/client/httpexchange.cpp" line="+190"/>
        <source>%1 ended its event stream without an answer; %n other message(s) came</source>
        <translation>
            <numerusform>%1 ended its event stream without an answer; %n other message came</numerusform>
            <numerusform>%1 ended its event stream without an answer; %n other messages came</numerusform>
        </translation>
    </message>
</context>
</TS>
