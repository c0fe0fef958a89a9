// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace rpc;

// The answers in the vector file, decoded as a client does and compared as the head of that file says.
class tst_ClientVectors : public QObject
{
    Q_OBJECT

    // A text of the vectors; "*" in it matches anything.
    static bool isText(const QString &pattern, const QString &text)
    {
        if (!pattern.contains(u'*'))
            return pattern == text;
        const QString expression = QRegularExpression::escape(pattern).replace(QStringLiteral("\\*"), QStringLiteral(".*"));
        return QRegularExpression(QRegularExpression::anchoredPattern(expression), QRegularExpression::DotMatchesEverythingOption).match(text).hasMatch();
    }

    static bool isTyped(const QJsonValue &typed, const Value &value)
    {
        if (typed.isString())
            return typed.toString() == u"any";
        const QJsonObject o = typed.toObject();
        if (o.size() != 1)
            return false;
        const QString tag = o.constBegin().key();
        const QJsonValue content = o.constBegin().value();
        if (tag == u"int")
            return value.type() == Type::Int32 && value.toInteger() == content.toInteger();
        if (tag == u"i8")
            return value.type() == Type::Int64 && value.toInteger() == content.toInteger();
        if (tag == u"boolean")
            return value == Value(content.toBool());
        if (tag == u"string")
            return value.type() == Type::String && isText(content.toString(), value.toString());
        if (tag == u"double")
            return value == Value(content.toDouble());
        if (tag == u"dateTime")
            return value.type() == Type::DateTime && value.get<DateTime>()->text() == content.toString().toLatin1();
        if (tag == u"base64")
            return value.type() == Type::Bytes && value.get<QByteArray>()->toBase64() == content.toString().toLatin1();
        if (tag == u"nil")
            return value.isNil();
        if (tag == u"array") {
            const QJsonArray elements = content.toArray();
            const auto *array = value.get<Array>();
            if (!array || array->size() != elements.size())
                return false;
            for (qsizetype i = 0; i < elements.size(); ++i) {
                if (!isTyped(elements[i], array->at(i)))
                    return false;
            }
            return true;
        }
        if (tag == u"struct") {
            const QJsonObject members = content.toObject();
            const auto *s = value.get<Struct>();
            if (!s || s->size() != members.size())
                return false;
            for (auto it = members.constBegin(); it != members.constEnd(); ++it) {
                const Value *member = s->find(it.key());
                if (!member || !isTyped(it.value(), *member))
                    return false;
            }
            return true;
        }
        return false;
    }

    static bool holds(const QJsonObject &expected, const Result<Response> &response)
    {
        if (const QJsonArray any = expected[u"any_of"].toArray(); !any.isEmpty())
            return std::any_of(any.begin(), any.end(), [&](const QJsonValue &one) { return holds(one.toObject(), response); });
        if (expected.contains(u"error"))
            return !response && response.error().kind == ErrorKind::InvalidAnswer;
        if (!response)
            return false;
        if (expected.contains(u"fault")) {
            if (response->outcome || response->outcome.error().kind != ErrorKind::Remote)
                return false;
            const QJsonValue fault = expected[u"fault"];
            if (fault.toString() == u"any")
                return true;
            const Error &e = response->outcome.error();
            const QJsonValue text = fault.toObject()[u"faultString"];
            return e.code == fault.toObject()[u"faultCode"].toInteger() && e.data.isNil() && (text.isUndefined() || isText(text.toString(), e.message));
        }
        return expected.contains(u"value") && response->outcome && isTyped(expected[u"value"], *response->outcome);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void clientDecode_data()
    {
        QTest::addColumn<QJsonObject>("vector");
        QFile file(QStringLiteral(SOURCE_DIR "/tests/conformance/xmlrpc.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonDocument document = QJsonDocument::fromJson(file.readAll());
        const QJsonArray vectors = document[u"vectors"].toArray();
        for (const QJsonValue &v : vectors) {
            if (v[u"kind"].toString() == u"client_decode")
                QTest::newRow(qPrintable(v[u"name"].toString())) << v.toObject();
        }
    }
    void clientDecode()
    {
        QFETCH(QJsonObject, vector);
        QByteArray body = vector[u"request"].toString().toUtf8();
        if (vector[u"request_is_base64"].toBool())
            body = QByteArray::fromBase64(body);
        const auto response = XmlRpcCodec().decodeResponse(body, {});
        const QJsonObject expected = vector[u"expected"].toObject();
        QVERIFY2(!expected.isEmpty(), "nothing is expected");
        QVERIFY2(holds(expected, response), response ? "another value" : qPrintable(response.error().toString()));
    }

    void theFile_hasThem()
    {
        QFile file(QStringLiteral(SOURCE_DIR "/tests/conformance/xmlrpc.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().count("\"client_decode\"") >= 9);
    }
};

QTEST_APPLESS_MAIN(tst_ClientVectors)
#include "tst_clientvectors.moc"
