// The cluster's name server: addresses of services under svc.cluster.local, nothing else (the cluster has no
// outside). It makes the Service kube-dns that leads to it.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"github.com/miekg/dns"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/clientcmd"
)

const zone = ".svc.cluster.local."

type resolver struct {
	services  listers.ServiceLister
	endpoints listers.EndpointsLister
}

// addresses returns those of a name, and whether the name exists.
func (r resolver) addresses(name string) ([]string, bool) {
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(name), zone), ".")
	host := ""
	if len(labels) == 3 {
		host, labels = labels[0], labels[1:]
	}
	if len(labels) != 2 || !strings.HasSuffix(strings.ToLower(name), zone) {
		return nil, false
	}
	service, err := r.services.Services(labels[1]).Get(labels[0])
	if err != nil {
		return nil, false
	}
	if service.Spec.ClusterIP != core.ClusterIPNone {
		return []string{service.Spec.ClusterIP}, host == ""
	}
	endpoints, err := r.endpoints.Endpoints(labels[1]).Get(labels[0])
	if err != nil {
		return nil, host == ""
	}
	var found []string
	for _, subset := range endpoints.Subsets {
		for _, address := range subset.Addresses {
			if host == "" || host == address.Hostname {
				found = append(found, address.IP)
			}
		}
	}
	return found, host == "" || len(found) > 0
}

func (r resolver) ServeDNS(w dns.ResponseWriter, query *dns.Msg) {
	answer := new(dns.Msg)
	answer.SetReply(query)
	answer.Authoritative = true
	for _, question := range query.Question {
		addresses, exists := r.addresses(question.Name)
		if !exists {
			answer.Rcode = dns.RcodeNameError
		}
		for _, address := range addresses {
			if exists && question.Qtype == dns.TypeA {
				header := dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}
				answer.Answer = append(answer.Answer, &dns.A{Hdr: header, A: net.ParseIP(address)})
			}
		}
	}
	if err := w.WriteMsg(answer); err != nil {
		log.Print(err)
	}
}

// announce makes the Service and the Endpoints by which pods reach this process.
func announce(client kubernetes.Interface, clusterIP, address string) error {
	ctx, name := context.Background(), meta.ObjectMeta{Name: "kube-dns", Namespace: meta.NamespaceSystem}
	service := &core.Service{ObjectMeta: name, Spec: core.ServiceSpec{ClusterIP: clusterIP}}
	subset := core.EndpointSubset{Addresses: []core.EndpointAddress{{IP: address}}}
	for port, protocol := range map[string]core.Protocol{"dns": core.ProtocolUDP, "dns-tcp": core.ProtocolTCP} {
		service.Spec.Ports = append(service.Spec.Ports, core.ServicePort{Name: port, Port: 53, Protocol: protocol})
		subset.Ports = append(subset.Ports, core.EndpointPort{Name: port, Port: 53, Protocol: protocol})
	}
	endpoints := &core.Endpoints{ObjectMeta: name, Subsets: []core.EndpointSubset{subset}}
	_, err := client.CoreV1().Services(name.Namespace).Create(ctx, service, meta.CreateOptions{})
	if err != nil && !errors.IsAlreadyExists(err) {
		return err
	}
	_, err = client.CoreV1().Endpoints(name.Namespace).Create(ctx, endpoints, meta.CreateOptions{})
	if err != nil && !errors.IsAlreadyExists(err) {
		return err
	}
	return nil
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: cluster-dns KUBECONFIG CLUSTER-IP ADDRESS")
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatal(err)
	}
	factory := informers.NewSharedInformerFactory(client, time.Hour)
	names := resolver{factory.Core().V1().Services().Lister(), factory.Core().V1().Endpoints().Lister()}
	factory.Start(context.Background().Done())
	factory.WaitForCacheSync(context.Background().Done())
	failures := make(chan error, 2)
	for _, network := range []string{"udp", "tcp"} {
		server := &dns.Server{Addr: net.JoinHostPort(os.Args[3], "53"), Net: network, Handler: names}
		go func() { failures <- server.ListenAndServe() }()
	}
	if err := announce(client, os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
	log.Fatal(<-failures)
}
