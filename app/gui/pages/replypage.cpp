// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "replypage.h"

#include <app/workspace/describe.h>

#include <widgets/theme/icons.h>
#include <widgets/theme/rowdelegate.h>
#include <widgets/theme/theme.h>
#include <widgets/valuetree/valuetreeview.h>
#include <widgets/wireview/wireview.h>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace antiphon {

using theme::IconId;
using theme::Meaning;

namespace {

constexpr int markRole = Qt::UserRole; // of a finding: which mark in the bytes is its own

QTreeWidget *makeList(const QStringList &columns, const char *name)
{
    auto *list = new QTreeWidget;
    list->setObjectName(QLatin1StringView(name));
    list->setHeaderLabels(columns);
    list->setRootIsDecorated(false);
    list->setItemDelegate(new RowDelegate(list));
    list->setUniformRowHeights(true);
    list->setFrameShape(QFrame::NoFrame);
    list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    return list;
}

QString failureTitle(const rpc::Error &error)
{
    using rpc::ErrorKind;
    switch (error.kind) {
    case ErrorKind::Cancelled:
        return ReplyPage::tr("Cancelled");
    case ErrorKind::HttpStatus:
    case ErrorKind::InvalidAnswer:
    case ErrorKind::EmptyAnswer:
    case ErrorKind::LimitExceeded:
        return ReplyPage::tr("No valid answer");
    case ErrorKind::Unauthorized:
        return ReplyPage::tr("Not authorised");
    case ErrorKind::InvalidArgument:
    case ErrorKind::NotExpressible:
        return ReplyPage::tr("Not sent");
    default:
        return ReplyPage::tr("No answer");
    }
}

QString nextStep(const rpc::Error &error)
{
    using rpc::ErrorKind;
    switch (error.kind) {
    case ErrorKind::NameNotFound:
        return ReplyPage::tr("Check the spelling of the host, and the network.");
    case ErrorKind::Refused:
        return ReplyPage::tr("Check that the server runs, and its port.");
    case ErrorKind::Tls:
        return ReplyPage::tr("The certificate is not trusted here, or the server does not speak TLS.");
    case ErrorKind::Timeout:
        return ReplyPage::tr("The server may still be working on the call.");
    case ErrorKind::Unauthorized:
        return ReplyPage::tr("Credentials are set beside the address.");
    case ErrorKind::HttpStatus:
    case ErrorKind::InvalidAnswer:
        return ReplyPage::tr("The bytes that came are under Response. The path or the protocol may be wrong.");
    default:
        return {};
    }
}

} // namespace

ReplyPage::ReplyPage(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel)
    , m_headline(new QLabel)
    , m_facts(new QLabel)
    , m_detail(new QLabel)
    , m_tabs(new QTabWidget)
    , m_tree(new ValueTreeView)
    , m_request(new WireView)
    , m_response(new WireView)
    , m_headers(makeList({ tr("Field"), tr("Value") }, "headers"))
    , m_timings(makeList({ tr("Phase"), tr("After") }, "timings"))
    , m_findings(makeList({ tr("Severity"), tr("Finding"), tr("Place"), tr("Rule") }, "findings"))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, theme::margin, theme::between);
    layout->setSpacing(theme::between);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::between);
    row->addWidget(m_icon);
    row->addWidget(m_headline);
    row->addStretch(1);
    row->addWidget(m_facts);
    layout->addLayout(row);
    layout->addWidget(m_detail);
    layout->addWidget(m_tabs, 1);

    m_headline->setObjectName(QStringLiteral("outcome"));
    m_headline->setFont(theme::titleFont(font()));
    m_headline->setTextFormat(Qt::PlainText);
    m_headline->setMinimumHeight(m_headline->fontMetrics().height() + theme::between);
    m_facts->setObjectName(QStringLiteral("facts"));
    m_facts->setTextFormat(Qt::PlainText);
    m_detail->setObjectName(QStringLiteral("detail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->hide();
    m_tree->setObjectName(QStringLiteral("tree"));
    m_tree->setModel(&m_model);
    m_request->setObjectName(QStringLiteral("request"));
    m_request->setAccessibleName(tr("Bytes sent"));
    m_response->setObjectName(QStringLiteral("response"));
    m_response->setAccessibleName(tr("Bytes received"));
    m_tabs->setObjectName(QStringLiteral("replyTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_tree, tr("Value"));
    m_tabs->addTab(m_request, tr("Request"));
    m_tabs->addTab(m_response, tr("Response"));
    m_tabs->addTab(m_headers, tr("Headers"));
    m_tabs->addTab(m_timings, tr("Timings"));
    m_findings->setWordWrap(true);
    connect(m_findings->header(), &QHeaderView::sectionResized, m_findings, &QTreeWidget::doItemsLayout); // other lines
    connect(m_findings, &QTreeWidget::itemActivated, this, &ReplyPage::showBytesOf);
    m_tabs->addTab(m_findings, tr("Findings"));
    m_request->setMessage({}, {}, tr("The bytes that were sent appear here."));
    m_response->setMessage({}, {}, tr("The bytes that came back appear here."));
    setHeadline(-1, tr("No reply yet"), int(Meaning::Muted));
}

void ReplyPage::setHeadline(int iconId, const QString &text, int meaning)
{
    m_icon->setPixmap(iconId < 0 ? QPixmap() : theme::icon(IconId(iconId)).pixmap(16, 16));
    m_icon->setVisible(iconId >= 0);
    m_headline->setText(text);
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, theme::color(Meaning(meaning), palette()));
    m_headline->setPalette(colors);
}

void ReplyPage::showWaiting(const QString &method)
{
    rpc::Trace trace;
    trace.method = method;
    showTrace(trace);
    m_model.clear();
    m_detail->hide();
    m_showsFailure = false;
    setHeadline(-1, tr("Waiting for the reply"), int(Meaning::Pending));
}

void ReplyPage::forgetFailure()
{
    if (!std::exchange(m_showsFailure, false))
        return;
    showTrace({});
    m_detail->hide();
    setHeadline(-1, tr("No reply yet"), int(Meaning::Muted));
}

void ReplyPage::showOutcome(const CallController::Outcome &outcome)
{
    m_showsFailure = false;
    showTrace(outcome.trace);
    m_detail->hide();
    if (!outcome.reply) {
        showError(outcome.reply.error());
        return;
    }
    if (outcome.wasNotification) {
        setHeadline(int(IconId::Ok), tr("Notified"), int(Meaning::Result));
        m_model.clear();
        return;
    }
    const rpc::Findings &findings = outcome.trace.findings;
    const auto worst = std::find_if(
        findings.begin(), findings.end(), [](const rpc::Finding &f) { return f.severity() == rpc::Severity::Error; });
    if (worst == findings.end()) {
        setHeadline(int(IconId::Ok), tr("Result"), int(Meaning::Result));
    } else {
        setHeadline(int(IconId::Warning), tr("Result, with errors"), int(Meaning::Warning));
        m_detail->setText(worst->message);
        m_detail->show();
    }
    m_model.setValue(tr("result"), *outcome.reply);
}

void ReplyPage::showFailure(const rpc::Error &error, const std::optional<rpc::Trace> &trace)
{
    m_showsFailure = true;
    showTrace(trace.value_or(rpc::Trace()));
    showError(error);
}

void ReplyPage::showError(const rpc::Error &error)
{
    if (error.kind == rpc::ErrorKind::Remote) {
        const QString name = errorCodeName(error.code);
        setHeadline(int(IconId::Failed),
            tr("Error %1").arg(errorCodeText(error)) % (name.isEmpty() ? QString() : QString(u"  " % name)),
            int(Meaning::Error));
        m_detail->setText(error.message);
        m_model.clear();
        if (!error.data.isNil())
            m_model.setValue(tr("data"), error.data);
    } else {
        const bool byUser = error.kind == rpc::ErrorKind::Cancelled;
        setHeadline(int(IconId::Warning), failureTitle(error), int(Meaning::Warning));
        const QString step = nextStep(error);
        m_detail->setText(byUser ? QString()
                : step.isEmpty() ? error.toString()
                                 : QString(error.toString() % u'\n' % step));
        m_model.clear();
    }
    m_detail->setVisible(!m_detail->text().isEmpty());
}

void ReplyPage::showTrace(const rpc::Trace &trace)
{
    m_request->setMessage(trace.requestHead, trace.requestBody, tr("Nothing was sent."));
    m_response->setMessage(trace.responseHead, trace.responseBody, tr("Nothing came back."));
    QStringList facts;
    if (!trace.method.isEmpty())
        facts.append(trace.method);
    if (trace.httpStatus)
        facts.append(QString::number(trace.httpStatus));
    if (trace.complete)
        facts.append(rpc::durationText(*trace.complete));
    if (trace.httpStatus)
        facts.append(rpc::sizeText(trace.responseBody.size()));
    m_facts->setText(facts.join(QStringLiteral("  ·  ")));
    showHeaders(trace);
    showTimings(trace);
    showFindings(trace);
}

void ReplyPage::showHeaders(const rpc::Trace &trace)
{
    m_headers->clear();
    const auto addHead = [this](const QString &title, const QByteArray &head) {
        const auto lines = head.trimmed().split('\n');
        if (head.isEmpty())
            return;
        auto *group = new QTreeWidgetItem(m_headers, { title, QString::fromUtf8(lines.constFirst().trimmed()) });
        QFont bold = font();
        bold.setBold(true);
        group->setFont(0, bold);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            new QTreeWidgetItem(
                m_headers, { QString::fromUtf8(line.left(colon)), QString::fromUtf8(line.mid(colon + 1).trimmed()) });
        }
    };
    addHead(tr("Request"), trace.requestHead);
    addHead(tr("Response"), trace.responseHead);
}

void ReplyPage::showTimings(const rpc::Trace &trace)
{
    m_timings->clear();
    const auto add = [this](const QString &phase, const std::optional<rpc::Trace::Microseconds> &time) {
        if (!time)
            return;
        auto *item = new QTreeWidgetItem(m_timings, { phase, rpc::durationText(*time) });
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    };
    if (trace.started.isValid() && !trace.connecting && trace.sent)
        new QTreeWidgetItem(m_timings, { tr("connection reused"), QString() });
    add(tr("connecting begun"), trace.connecting);
    add(tr("TLS up"), trace.encrypted);
    add(tr("request sent"), trace.sent);
    add(tr("head of the answer"), trace.firstByte);
    add(tr("answer complete"), trace.complete);
    m_timings->header()->setStretchLastSection(false);
}

QString ReplyPage::severityText(rpc::Severity severity)
{
    switch (severity) {
    case rpc::Severity::Note:
        return tr("note");
    case rpc::Severity::Warning:
        return tr("warning");
    case rpc::Severity::Error:
        return tr("error");
    }
    Q_UNREACHABLE();
}

void ReplyPage::showFindings(const rpc::Trace &trace)
{
    m_findings->clear();
    QList<WireView::Mark> marks; // where the bytes of the findings stand, behind the head
    for (const rpc::Finding &f : trace.findings) {
        const QString place
            = f.position.isKnown() ? tr("line %1, column %2").arg(f.position.line).arg(f.position.column) : QString();
        auto *item = new QTreeWidgetItem(m_findings, { severityText(f.severity()), f.message, place, f.id() });
        for (int column = 0; column < item->columnCount(); ++column)
            item->setToolTip(column,
                f.message % u'\n' % QLatin1String(rpc::ruleInfo(f.rule).sentence) % u'\n' % f.id() % u", "
                    % f.reference());
        if (!f.position.isKnown() || f.position.offset >= trace.responseBody.size())
            continue;
        const qsizetype begin = trace.responseHead.size() + f.position.offset;
        item->setData(0, markRole, marks.size());
        marks.append({ begin, begin + qMax<qsizetype>(1, f.length), f.severity() });
    }
    m_response->setMarks(marks);
    m_findings->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_findings->header()->setSectionResizeMode(1, QHeaderView::Stretch); // the sentence gets what is left
    m_findings->header()->setStretchLastSection(false);
    m_tabs->setTabText(m_tabs->indexOf(m_findings),
        trace.findings.isEmpty() ? tr("Findings") : tr("Findings (%1)").arg(trace.findings.size()));
}

void ReplyPage::showBytesOf(const QTreeWidgetItem *finding)
{
    const QVariant place = finding->data(0, markRole);
    if (!place.isValid())
        return;
    const WireView::Mark &mark = m_response->marks().at(place.value<qsizetype>());
    m_tabs->setCurrentWidget(m_response);
    m_response->showBytes(mark.begin, mark.end);
    m_response->setFocus();
}

} // namespace antiphon
