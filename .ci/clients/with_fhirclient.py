"""An order to its result with SMART's Python client: python with_fhirclient.py order|result BASE CLIENT SECRET NUMBER BUNDLE"""

import json
import sys

from fhirclient import client as smart
from fhirclient.models import bundle, composition, diagnosticreport, patient, plandefinition, servicerequest, subscription, task
from fhirclient.server import FHIRNotFoundException

step, base, client_id, secret, number, path = sys.argv[1:]
client = smart.FHIRClient(settings={"app_id": client_id, "app_secret": secret, "api_base": f"{base}/FHIR/R4"})
server = client.server
# The client reads the CapabilityStatement strictly: every element must be what FHIR says.
statement = server.capabilityStatement
assert statement.fhirVersion == "4.0.1" and statement.rest[0].mode == "server", statement.as_json()
form = {"grant_type": "client_credentials"}
answer = server.post_as_form(f"{base}/oauth2/token", form, auth=(client_id, secret)).json()
server.session.headers["Authorization"] = f"Bearer {answer['access_token']}"


def requests(of):
    return servicerequest.ServiceRequest.where({"identifier": of})


def order():
    text = open(path, encoding="utf-8").read()
    sent = bundle.Bundle(json.loads(text))
    made = bundle.Bundle(server.post_json("", sent.as_json()).json())
    assert made.type == "transaction-response" and len(made.entry) == len(sent.entry)
    found = requests(number).perform_resources(server)
    assert len(found) == 3 and all(isinstance(one, servicerequest.ServiceRequest) for one in found), found
    pages = servicerequest.ServiceRequest.where({"identifier": number, "_count": "1"}).perform_resources_iter(server)
    assert len(list(pages)) == 3, "page by page"
    proband = next(one for one in found if "." not in one.id)
    person = patient.Patient.read(proband.subject.reference.split("/")[1], server)
    assert person.birthDate.isostring == "2019-06-01", person.as_json()
    other = f"{number}-X"
    server.post_json("", bundle.Bundle(json.loads(text.replace(number, other))).as_json())
    ended = next(one for one in requests(other).perform_resources(server) if "." not in one.id)
    ended.status = "revoked"
    assert ended.update(server)["status"] == "revoked"
    hook = subscription.Subscription(
        {
            "status": "requested",
            "reason": "To know",
            "criteria": "Task?status=completed",
            "channel": {"type": "rest-hook", "endpoint": "https://hospital.example/notified", "header": ["Authorization: Bearer x"]},
        }
    )
    kept = subscription.Subscription(hook.create(server))
    assert kept.id and "Bearer x" not in json.dumps(kept.as_json())
    kept.origin_server = server
    kept.delete()
    try:
        subscription.Subscription.read(kept.id, server)
        raise AssertionError("it was deleted")
    except FHIRNotFoundException:
        pass
    plans = plandefinition.PlanDefinition.where({"name": "Likely inborn error"}).perform_resources(server)
    assert any(plan.id == "R98" for plan in plans), plans


def result():
    request = next(one for one in requests(number).perform_resources(server) if "." not in one.id)
    reports = diagnosticreport.DiagnosticReport.where({"based-on": f"ServiceRequest/{request.id}"}).perform_resources(server)
    assert [report.status for report in reports] == ["final"], reports
    assert reports[0].result and reports[0].presentedForm[0].contentType == "application/pdf"
    pdf = server.request_data(reports[0].presentedForm[0].url, headers={"Accept": "application/pdf"})
    assert pdf.startswith(b"%PDF"), pdf[:20]
    person = reports[0].subject.reference.split("/")[1]
    document = bundle.Bundle(server.request_json(f"Composition/{person}/$document"))
    assert document.type == "document" and isinstance(document.entry[0].resource, composition.Composition)
    tasks = task.Task.where({"focus": f"ServiceRequest/{request.id}", "code": "distribute-report"}).perform_resources(server)
    tasks[0].status = "completed"
    assert tasks[0].update(server)["status"] == "completed"


{"order": order, "result": result}[step]()
