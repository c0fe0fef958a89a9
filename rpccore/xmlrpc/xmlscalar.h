// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/value.h>
#include <rpccore/wire/rule.h>
#include <rpccore/xmlrpc/dialect.h>

#include <QByteArrayView>
#include <QVarLengthArray>

namespace rpc {

/// What an element inside <value> can be, Apache's extensions included.
enum class XmlType : quint8 {
    None,
    Int8,
    Int16,
    Int32,
    Int64,
    BigInteger,
    Boolean,
    Double,
    BigDecimal,
    String,
    DateTime,
    AnyDateTime, ///< Apache's, which has a spelling of its own
    Base64,
    Nil,
    Array,
    Struct
};

/// A type, and whether it is one of Apache's extensions.
struct XmlTypeName
{
    XmlType type = XmlType::None;
    bool apache = false;
};

/// The type that an element called \a name holds.
XmlTypeName xmlTypeByName(const char *name);
/// The extension that is called \a name behind the prefix of Apache's namespace: "nil", "i8", "dateTime"...
XmlTypeName xmlApacheTypeByName(const char *name);

/// What reading a scalar found.
struct XmlScalarReport
{
    struct Departure
    {
        Rule rule;
        QString message;
    };
    QVarLengthArray<Departure, 2> departures; ///< rules that had to be bent
    QString problem; ///< why it cannot be read; null when it can

    bool isClean() const { return departures.isEmpty() && problem.isNull(); }
};

/// The value of \a text inside an element of type \a type (not a container). \a report has to be clean before.
Value xmlScalarValue(XmlType type, QByteArrayView text, const XmlRpcDialect &dialect, XmlScalarReport &report);

/// The string that \a utf8, which is valid, spells; without unused memory.
QString xmlString(QByteArrayView utf8);

/// \a text without the white space of XML around it.
QByteArrayView xmlTrimmed(QByteArrayView text);

} // namespace rpc
